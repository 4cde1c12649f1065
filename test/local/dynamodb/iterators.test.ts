import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import '../../../local/dynamodb/query.ts';
import {
  actionOf,
  openTableStore,
  type JsonObject,
  type OperationName,
  type TableStore,
} from '../../../local/dynamodb/dynalite.ts';

const TableName = 'Letters';
let folder: string;
let store: TableStore;
let iterators: AsyncIterator<unknown>[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-iterators-'));
  store = openTableStore(folder);
  await store.db.open({ maxOpenFiles: 64 });
  const { values } = store.db;
  iterators = [];
  store.db.values = ((range) => {
    const iterator = values.call(store.db, range);
    iterators.push(iterator as unknown as AsyncIterator<unknown>);
    return iterator;
  }) as typeof values;
  const key = { AttributeName: 'letter', AttributeType: 'S' };
  await run('CreateTable', {
    AttributeDefinitions: [key],
    KeySchema: [{ AttributeName: key.AttributeName, KeyType: 'HASH' }],
  });
  await vi.waitFor(async () => {
    const { Table } = (await run('DescribeTable', {})) as { Table: { TableStatus: string } };
    if (Table.TableStatus !== 'ACTIVE') throw new Error(Table.TableStatus);
  });
  for (const letter of 'abc') await run('PutItem', { Item: { letter: { S: letter } } });
});
afterEach(async () => {
  await store.db.close();
  await rm(folder, { recursive: true });
});

function run(name: OperationName, input: JsonObject): Promise<unknown> {
  return new Promise((resolve, reject) => {
    actionOf(name)(store, { TableName, ...input }, (error, value) => (error ? reject(error) : resolve(value)));
  });
}

test.each([
  ['reads a table to its end', {}, 3],
  ['stops at its limit', { Limit: 1 }, 1],
])('a scan that %s closes its iterator', async (_, input, count) => {
  expect(await run('Scan', input)).toMatchObject({ Count: count });
  expect(iterators.length).toBe(1);
  await expect
    .poll(() => iterators[0]!.next().catch((error: NodeJS.ErrnoException) => error.code))
    .toBe('LEVEL_ITERATOR_NOT_OPEN');
});
