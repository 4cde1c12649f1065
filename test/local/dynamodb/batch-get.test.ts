import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject } from '../../../local/dynamodb/dynalite.ts';
import { RESULTS_TABLE, someTables, type Tables } from './tables.ts';

const { TableName } = RESULTS_TABLE;
let tables: Tables;

beforeAll(async () => {
  tables = await someTables();
  for (let n = 0; n < 10; n += 1) {
    const small = { image_id: 'small.jpg', record: `face#${n}`, n, half: n / 2, box: { at: [n, { deep: 'é"\n' }] } };
    await tables.client.send(new PutCommand({ TableName, Item: small }));
    const large = { image_id: 'large.jpg', record: `face#${n}`, text: 'x'.repeat(390_000) };
    await tables.client.send(new PutCommand({ TableName, Item: large }));
  }
}, 60_000);
afterAll(() => tables.close());

const keys = (image_id: string, ns: readonly number[]) =>
  ns.map((n) => ({ image_id: { S: image_id }, record: { S: `face#${n}` } }));
const batch = (Keys: readonly object[], of: JsonObject = {}): JsonObject => ({
  RequestItems: { [TableName]: { Keys, ...of } },
});
const deep = { ProjectionExpression: 'n, box.#at[1].deep', ExpressionAttributeNames: { '#at': 'at' } };

interface Output {
  readonly Responses: Readonly<Record<string, readonly JsonObject[]>>;
  readonly UnprocessedKeys: Readonly<Record<string, { readonly Keys: readonly object[] }>>;
}

/** DynamoDB gives items in any order, and dynalite in a random one. */
const inOrder = ({ Responses, UnprocessedKeys }: Output) => ({
  found: (Responses[TableName] ?? []).map((item) => JSON.stringify(item)).toSorted(),
  left: UnprocessedKeys[TableName]?.Keys.length ?? 0,
});
const read = async (input: JsonObject) =>
  inOrder(JSON.parse((await tables.db.read('BatchGetItem', JSON.stringify(input))).output!) as Output);

test.each<[string, JsonObject, { found: number; left: number }]>([
  ['whole items', batch(keys('small.jpg', [3, 1, 2])), { found: 3, left: 0 }],
  ['items of which some are not there', batch(keys('small.jpg', [3, 77, 2])), { found: 2, left: 0 }],
  ['no items', batch(keys('none.jpg', [0])), { found: 0, left: 0 }],
  ['parts of attributes', batch(keys('small.jpg', [3, 1]), deep), { found: 2, left: 0 }],
  ['some attributes', batch(keys('small.jpg', [3, 1]), { ProjectionExpression: 'n, box' }), { found: 2, left: 0 }],
  ['some attributes, in the old way', batch(keys('small.jpg', [4]), { AttributesToGet: ['n'] }), { found: 1, left: 0 }],
  ['items of 1 MB and more', batch(keys('large.jpg', [0, 1, 2, 3, 4])), { found: 3, left: 2 }],
])('%s: the same items as from dynalite', async (_, input, { found, left }) => {
  const items = await read(input);
  // With that, dynalite reads them itself.
  const expected = await read({ ...input, ReturnConsumedCapacity: 'TOTAL' });
  // Which items of a large answer are left is random.
  expect(left > 0 ? { ...items, found: items.found.length } : items).toStrictEqual(
    left > 0 ? { ...expected, found: expected.found.length } : expected,
  );
  expect([items.found.length, items.left]).toStrictEqual([found, left]);
});

test('without HTTP and with it, the items are the same', async () => {
  const input = batch(keys('small.jpg', [5, 6]));
  expect(inOrder((await tables.db.call('BatchGetItem', structuredClone(input))) as Output)).toStrictEqual(
    await read(input),
  );
});

test.each<[string, JsonObject, string]>([
  ['a key that is not the one of the table', batch([{ image_id: { S: 'a' } }]), 'does not match the schema'],
  ['one key twice', batch([...keys('a', [1]), ...keys('a', [1])]), 'contains duplicates'],
  [
    'a path into a key',
    batch(keys('a', [1]), { ProjectionExpression: 'image_id.b' }),
    'Key attributes must be scalars',
  ],
  ['a table that is not there', { RequestItems: { Nothing: { Keys: keys('a', [1]) } } }, 'not found'],
])('%s is refused', async (_, input, message) => {
  await expect(read(input)).rejects.toThrow(message);
});
