import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientConfig } from '../../../local/clients.ts';
import { startDynamoDb, type DynamoDb } from '../../../local/dynamodb/server.ts';
import { listen } from '../../../local/http.ts';
import { readStack } from '../../../local/terraform.ts';
import { Deployment } from '../../../schemas/deployment.ts';
import { stackFolder } from '../../support/stack.ts';

const stack = await readStack(stackFolder());
const { results_table: TableName } = Deployment.parse(stack.outputs);

/** The results table as the stack has it. Of its indexes, these tests use `by-person`. */
export const RESULTS_TABLE = { ...stack.tables.find((table) => table.TableName === TableName), TableName };

export interface Tables {
  readonly db: DynamoDb;
  readonly client: DynamoDBDocumentClient;
  readonly url: string;
  close(): Promise<void>;
}

export async function someTables(folder?: string): Promise<Tables> {
  const path = folder ?? (await mkdtemp(join(tmpdir(), 'rollcall-dynamodb-')));
  const db = await startDynamoDb({ folder: path });
  await db.createTable(RESULTS_TABLE);
  const server = await listen(db.handler);
  const client = aClient(server.url);
  return {
    db,
    client,
    url: server.url,
    close: async () => {
      client.destroy();
      await server.close();
      await db.close();
      if (folder === undefined) await rm(path, { recursive: true });
    },
  };
}

export function aClient(endpoint: string): DynamoDBDocumentClient {
  const config = clientConfig({ url: endpoint, region: 'us-east-1' });
  return DynamoDBDocumentClient.from(new DynamoDBClient({ ...config, maxAttempts: 1 }));
}
