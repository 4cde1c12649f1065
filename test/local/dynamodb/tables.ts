import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { startDynamoDb, type DynamoDb } from '../../../local/dynamodb/server.ts';
import { listen } from '../../../local/http.ts';

/** A photo's items, and one sparse index of those that have a `person_id`. */
export const FACES = {
  TableName: 'Faces',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: ['image_id', 'sk', 'person_id', 'timestamp'].map((AttributeName) => ({
    AttributeName,
    AttributeType: 'S',
  })),
  KeySchema: [
    { AttributeName: 'image_id', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'by-person',
      KeySchema: [
        { AttributeName: 'person_id', KeyType: 'HASH' },
        { AttributeName: 'timestamp', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
};

export interface Tables {
  readonly db: DynamoDb;
  readonly client: DynamoDBDocumentClient;
  readonly url: string;
  close(): Promise<void>;
}

export async function someTables(folder?: string): Promise<Tables> {
  const path = folder ?? (await mkdtemp(join(tmpdir(), 'rollcall-dynamodb-')));
  const db = await startDynamoDb({ folder: path });
  await db.createTable(FACES);
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
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  return DynamoDBDocumentClient.from(
    new DynamoDBClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 }),
  );
}
