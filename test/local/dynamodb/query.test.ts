import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject } from '../../../local/dynamodb/dynalite.ts';
import { RESULTS_TABLE, someTables, type Tables } from './tables.ts';

const { TableName } = RESULTS_TABLE;
let tables: Tables;

/** Three photos: of few small faces, of many, and of faces that fill more than one page of 1 MB. */
beforeAll(async () => {
  tables = await someTables();
  for (const [image_id, faces, text] of [
    ['few.jpg', 3, 'x'],
    ['many.jpg', 40, 'some text'],
    ['large.jpg', 12, 'x'.repeat(150_000)],
  ] as const) {
    for (let n = 0; n < faces; n += 1) {
      const record = `face#${String(n).padStart(3, '0')}`;
      const timestamp = `2026-03-01T00:00:${String(n % 7).padStart(2, '0')}Z`;
      const Item = { image_id, record, text, n, half: n / 2, box: { at: [n, { deep: true }] }, timestamp };
      await tables.client.send(
        new PutCommand({ TableName, Item: n % 2 === 0 ? { ...Item, person_id: 'p_ann' } : Item }),
      );
    }
  }
}, 60_000);
afterAll(() => tables.close());

const ofPhoto = (image_id: string): JsonObject => ({
  KeyConditionExpression: 'image_id = :id AND begins_with(#record, :face)',
  ExpressionAttributeNames: { '#record': 'record' },
  ExpressionAttributeValues: { ':id': { S: image_id }, ':face': { S: 'face#' } },
});
const ofAnn: JsonObject = {
  IndexName: 'by-person',
  KeyConditionExpression: 'person_id = :id AND #timestamp BETWEEN :since AND :until',
  ExpressionAttributeNames: { '#timestamp': 'timestamp' },
  ExpressionAttributeValues: {
    ':id': { S: 'p_ann' },
    ':since': { S: '2026-03-01T00:00:01Z' },
    ':until': { S: '2026-03-01T00:00:05Z' },
  },
};

/** All pages, one after the other. */
async function pagesOf(operation: 'Query' | 'Scan', input: JsonObject): Promise<JsonObject[]> {
  const pages: JsonObject[] = [];
  let ExclusiveStartKey: unknown;
  do {
    const asked = structuredClone({
      TableName,
      ...input,
      ...(ExclusiveStartKey !== undefined && { ExclusiveStartKey }),
    });
    // Items of dynalite's projections have no prototype.
    pages.push(JSON.parse(JSON.stringify(await tables.db.call(operation, asked))) as JsonObject);
    ExclusiveStartKey = pages.at(-1)!['LastEvaluatedKey'];
  } while (ExclusiveStartKey !== undefined);
  return pages;
}

const filtered = (of: JsonObject): JsonObject => ({
  ...of,
  FilterExpression: 'n > :five AND contains(#text, :text)',
  ExpressionAttributeNames: { ...(of['ExpressionAttributeNames'] as object), '#text': 'text' },
  ExpressionAttributeValues: {
    ...(of['ExpressionAttributeValues'] as object),
    ':five': { N: '5' },
    ':text': { S: 'some' },
  },
});
const projected = (of: JsonObject): JsonObject => ({ ...of, ProjectionExpression: 'n, box.#at[1].deep' });
const named = (of: JsonObject): JsonObject => ({
  ...of,
  ExpressionAttributeNames: { ...(of['ExpressionAttributeNames'] as object), '#at': 'at' },
});

test.each<[string, 'Query' | 'Scan', JsonObject, number]>([
  ['few rows', 'Query', ofPhoto('few.jpg'), 1],
  ['no rows', 'Query', ofPhoto('none.jpg'), 1],
  ['rows of 1 MB and more', 'Query', ofPhoto('large.jpg'), 2],
  ['the same, the last first', 'Query', { ...ofPhoto('large.jpg'), ScanIndexForward: false }, 2],
  ['only how many', 'Query', { ...ofPhoto('large.jpg'), Select: 'COUNT' }, 2],
  ['pages of seven', 'Query', { ...ofPhoto('many.jpg'), Limit: 7 }, 6],
  ['pages that end with the rows', 'Query', { ...ofPhoto('many.jpg'), Limit: 10 }, 5],
  ['pages of one, the last first', 'Query', { ...ofPhoto('few.jpg'), Limit: 1, ScanIndexForward: false }, 4],
  ['an index', 'Query', ofAnn, 1],
  ['an index in pages', 'Query', { ...ofAnn, Limit: 4 }, 5],
  ['an index in pages, the last first', 'Query', { ...ofAnn, Limit: 4, ScanIndexForward: false }, 5],
  ['what fits a filter', 'Query', { ...filtered(ofPhoto('many.jpg')), Limit: 9 }, 5],
  ['parts of attributes', 'Query', projected(named(ofPhoto('many.jpg'))), 1],
  ['some attributes', 'Query', { ...ofPhoto('many.jpg'), ProjectionExpression: 'person_id, #record, box' }, 1],
  ['some attributes, in the old way', 'Scan', { AttributesToGet: ['n', 'box', 'nothing'], Limit: 20 }, 4],
  ['some attributes of an index', 'Query', { ...ofAnn, ProjectionExpression: 'image_id, #timestamp', Limit: 4 }, 5],
  ['a table', 'Scan', {}, 2],
  ['a table in pages, filtered', 'Scan', { ...filtered({}), Limit: 11 }, 6],
  ['a part of a table', 'Scan', { TotalSegments: 3, Segment: 1 }, 1],
])('%s: the same pages as from dynalite', async (_, operation, input, count) => {
  const pages = await pagesOf(operation, input);
  // With that, dynalite reads the rows itself.
  const expected = await pagesOf(operation, { ...input, ReturnConsumedCapacity: 'TOTAL' });
  expect(pages).toStrictEqual(expected.map(({ ConsumedCapacity: _capacity, ...page }) => page));
  expect(expected.map(({ ConsumedCapacity }) => ConsumedCapacity)).not.toContain(undefined);
  expect(pages.length).toBe(count);
});

test('a query of a table that is not there fails with the name of the error', async () => {
  await expect(tables.db.call('Query', { ...ofPhoto('few.jpg'), TableName: 'Nothing' })).rejects.toMatchObject({
    name: expect.stringContaining('#ResourceNotFoundException'),
  });
});
