import { DeleteCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore } from '../../../local/store.ts';
import { RESULTS_TABLE, someTables, type Tables } from './tables.ts';

const { TableName } = RESULTS_TABLE;

/** Two photos that dynalite cannot tell apart in an index. */
function twoAlike(): [string, string] {
  const seen = new Map<string, string>();
  for (let number = 0; ; number += 1) {
    const image_id = `${number}.jpg`;
    const hash = createHash('md5').update(`Outliers${image_id}photo`).digest('hex').slice(0, 6);
    const other = seen.get(hash);
    if (other !== undefined) return [other, image_id];
    seen.set(hash, image_id);
  }
}
const items = twoAlike().map((image_id) => ({ image_id, record: 'photo', person_id: 'ann', timestamp: 't' }));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-dynamodb-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function photosOfAnn({ client }: Tables, forward = true): Promise<unknown[]> {
  const photos: unknown[] = [];
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName,
        IndexName: 'by-person',
        KeyConditionExpression: 'person_id = :p',
        ExpressionAttributeValues: { ':p': 'ann' },
        Limit: 1,
        ScanIndexForward: forward,
        ExclusiveStartKey,
      }),
    );
    photos.push(...Items.map(({ image_id }) => image_id as string));
    ExclusiveStartKey = LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return photos;
}

test('items with the same key in an index are all in it, page by page, until they are deleted', async () => {
  const tables = await someTables(folder);
  for (const Item of items) await tables.client.send(new PutCommand({ TableName, Item }));
  const [forward, backward] = [await photosOfAnn(tables), await photosOfAnn(tables, false)];
  const [first, second] = items.map(({ image_id }) => image_id);
  expect([forward.toSorted(), backward.toReversed()]).toStrictEqual([[first, second].toSorted(), forward]);
  await tables.client.send(new DeleteCommand({ TableName, Key: { image_id: first, record: 'photo' } }));
  expect(await photosOfAnn(tables)).toStrictEqual([second]);
  await tables.close();
});

test('the indexes of an older folder are made anew when it is opened', async () => {
  const tables = await someTables(folder);
  for (const Item of items) await tables.client.send(new PutCommand({ TableName, Item }));
  const before = await photosOfAnn(tables);
  await tables.close();
  const store = await openStore(folder);
  const prefix = `index-global~${TableName}~by-person~`;
  // Without the key of its item: hash, image_id, record.
  for await (const [key, value] of store.iterator({ gte: prefix, lt: `${prefix}~` })) {
    await store.del(key);
    await store.put(key.split('/').slice(0, -4).join('/'), value);
  }
  for await (const key of store.keys({ gte: 'format~', lt: 'format~~' })) await store.del(key);
  await store.close();
  const later = await someTables(folder);
  expect(await photosOfAnn(later)).toStrictEqual(before);
  await later.close();
});
