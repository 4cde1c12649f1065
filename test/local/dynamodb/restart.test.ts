import { DeleteTableCommand, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore } from '../../../local/store.ts';
import { RESULTS_TABLE, someTables } from './tables.ts';

const { TableName } = RESULTS_TABLE;
const Key = { image_id: 'a', record: 'photo' };
const Item = { ...Key, person_id: 'ann', timestamp: 't' };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-dynamodb-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Writes the state that a process leaves when it is killed while it creates or deletes a table. */
async function leave(TableStatus: 'CREATING' | 'DELETING'): Promise<void> {
  const tables = await someTables(folder);
  await tables.client.send(new PutCommand({ TableName, Item }));
  await tables.close();
  const store = await openStore(folder);
  const row = (await store.get(`table~${TableName}`)) as Record<string, unknown>;
  await store.put(`table~${TableName}`, { ...row, TableStatus });
  await store.close();
}

async function rows(): Promise<unknown> {
  const tables = await someTables(folder);
  const query = {
    IndexName: 'by-person',
    KeyConditionExpression: 'person_id = :p',
    ExpressionAttributeValues: { ':p': 'ann' },
  };
  const item = await tables.client.send(new GetCommand({ TableName, Key }));
  const index = await tables.client.send(new QueryCommand({ TableName, ...query }));
  await tables.close();
  return [item.Item, index.Items];
}

test('a table whose creation was interrupted is active', async () => {
  await leave('CREATING');
  expect(await rows()).toStrictEqual([Item, [Item]]);
});

test('a table whose deletion was interrupted is gone, and can be created again, empty', async () => {
  await leave('DELETING');
  expect(await rows()).toStrictEqual([undefined, []]);
});

test('a deleted table is gone', async () => {
  const tables = await someTables(folder);
  await tables.client.send(new DeleteTableCommand({ TableName }));
  await tables.close();
  const later = await someTables(folder);
  expect((await later.client.send(new ListTablesCommand())).TableNames).toStrictEqual([TableName]);
  expect((await later.client.send(new GetCommand({ TableName, Key }))).Item).toBe(undefined);
  await later.close();
});

test('a client that disconnects does not stop the server', async () => {
  const tables = await someTables(folder);
  const headers = { 'x-amz-target': 'DynamoDB_20120810.PutItem', 'content-length': '1000' };
  const broken = request(tables.url, { method: 'POST', headers });
  const closed = new Promise((resolve) => broken.on('close', resolve).on('error', () => {}));
  broken.write('{"TableName"', () => broken.destroy());
  await closed;
  await tables.client.send(new PutCommand({ TableName, Item }));
  await tables.close();
  expect(await rows()).toStrictEqual([Item, [Item]]);
});
