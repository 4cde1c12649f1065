import { mkdir } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists, type CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { listen } from '../http.ts';

export interface DynamoDb {
  readonly handler: RequestListener;
  /** Makes a table and waits until it is ACTIVE, or leaves the one that exists. */
  createTable(table: CreateTableCommandInput): Promise<void>;
  close(): Promise<void>;
}

/** DynamoDB by dynalite over its own LevelDB folder. No transactions and no TTL. */
export async function startDynamoDb({ folder }: { folder: string }): Promise<DynamoDb> {
  await mkdir(folder, { recursive: true });
  const server = dynalite({ path: folder, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const handler: RequestListener = (request, response) => void server.emit('request', request, response);
  return {
    handler,
    createTable: async (table) => {
      const { url, close } = await listen(handler);
      const client = new DynamoDBClient({ endpoint: url, region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } });
      try {
        await client.send(new CreateTableCommand(table));
      } catch (error) {
        if ((error as Error).name !== 'ResourceInUseException') throw error;
      }
      await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 0.1 as number, maxDelay: 1 }, { TableName: table.TableName });
      client.destroy();
      await close();
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
