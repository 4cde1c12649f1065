import {
  ConditionalCheckFailedException,
  DescribeTableCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
  type QueryCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RESULTS_TABLE, someTables, type Tables } from './tables.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await someTables();
});
afterAll(() => tables.close());

const { TableName } = RESULTS_TABLE;

async function put(...items: Record<string, unknown>[]): Promise<void> {
  for (const Item of items) await tables.client.send(new PutCommand({ TableName, Item }));
}

async function all(query: Omit<QueryCommandInput, 'TableName'>): Promise<Record<string, unknown>[][]> {
  const pages: Record<string, unknown>[][] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await tables.client.send(new QueryCommand({ TableName, ...query, ExclusiveStartKey: start }));
    pages.push(page.Items ?? []);
    start = page.LastEvaluatedKey;
  } while (start);
  return pages;
}

const byPerson = (person: string) => ({
  IndexName: 'by-person',
  KeyConditionExpression: 'person_id = :p',
  ExpressionAttributeValues: { ':p': person },
});

test('creating a table twice is idempotent', async () => {
  await tables.db.createTable(RESULTS_TABLE);
  const { Table } = await tables.client.send(new DescribeTableCommand({ TableName }));
  expect([Table?.TableStatus, Table?.GlobalSecondaryIndexes?.[0]?.IndexStatus]).toStrictEqual(['ACTIVE', 'ACTIVE']);
});

test('a table that exists with other indexes is refused', async () => {
  await expect(tables.db.createTable({ ...RESULTS_TABLE, GlobalSecondaryIndexes: [] })).rejects.toThrow(
    'exists with other keys or indexes',
  );
});

test('a put fails on its condition, and returns the existing item', async () => {
  const Item = { image_id: 'claim', record: 'photo', owner: 'first' };
  const claim = (owner: string) =>
    new PutCommand({
      TableName,
      Item: { ...Item, owner },
      ConditionExpression: 'attribute_not_exists(image_id) OR #owner = :owner',
      ExpressionAttributeNames: { '#owner': 'owner' },
      ExpressionAttributeValues: { ':owner': owner },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
  await tables.client.send(claim('first'));
  await tables.client.send(claim('first'));
  const error = await tables.client.send(claim('second')).catch((failure: unknown) => failure);
  expect(error).toBeInstanceOf(ConditionalCheckFailedException);
  const wire = { image_id: { S: 'claim' }, record: { S: 'photo' }, owner: { S: 'first' } };
  expect((error as ConditionalCheckFailedException).Item).toStrictEqual(wire);
});

test('exactly one of many concurrent conditional puts succeeds', async () => {
  const claims = Array.from({ length: 20 }, (_, owner) =>
    tables.client.send(
      new PutCommand({
        TableName,
        Item: { image_id: 'race', record: 'photo', owner },
        ConditionExpression: 'attribute_not_exists(image_id)',
      }),
    ),
  );
  const settled = await Promise.allSettled(claims);
  expect(settled.filter(({ status }) => status === 'fulfilled').length).toBe(1);
});

test('a conditional update changes attributes and returns the whole new item', async () => {
  await put({ image_id: 'u', record: 'photo', status: 'PROCESSING', tries: 1, old: true });
  const update = (status: string) =>
    new UpdateCommand({
      TableName,
      Key: { image_id: 'u', record: 'photo' },
      UpdateExpression: 'SET #s = :new, tries = tries + :one, note = if_not_exists(note, :note) REMOVE #old',
      ConditionExpression: '#s = :was',
      ExpressionAttributeNames: { '#s': 'status', '#old': 'old' },
      ExpressionAttributeValues: { ':new': 'COMPLETED', ':was': status, ':one': 1, ':note': 'n' },
      ReturnValues: 'ALL_NEW',
    });
  const { Attributes } = await tables.client.send(update('PROCESSING'));
  expect(Attributes).toStrictEqual({ image_id: 'u', record: 'photo', status: 'COMPLETED', tries: 2, note: 'n' });
  await expect(tables.client.send(update('PROCESSING'))).rejects.toBeInstanceOf(ConditionalCheckFailedException);
});

test('a conditional delete deletes only an item that meets its condition', async () => {
  await put({ image_id: 'd', record: 'photo', owner: 'a' });
  const remove = (owner: string) =>
    new DeleteCommand({
      TableName,
      Key: { image_id: 'd', record: 'photo' },
      ConditionExpression: '#owner = :owner',
      ExpressionAttributeNames: { '#owner': 'owner' },
      ExpressionAttributeValues: { ':owner': owner },
      ReturnValues: 'ALL_OLD',
    });
  await expect(tables.client.send(remove('b'))).rejects.toBeInstanceOf(ConditionalCheckFailedException);
  expect((await tables.client.send(remove('a'))).Attributes).toStrictEqual({
    image_id: 'd',
    record: 'photo',
    owner: 'a',
  });
});

test('floats, nested values and Unicode text are returned as they were put', async () => {
  const item = {
    image_id: 'ünï 日本/+%',
    record: 'face#0',
    similarity: 99.98765563964844,
    tiny: 1.5e-7,
    box: { left: -0.0123, top: 0.5, list: [0.1, 'x', null, true, { deep: [] }] },
  };
  await put(item);
  const got = await tables.client.send(
    new GetCommand({ TableName, Key: { image_id: item.image_id, record: item.record }, ConsistentRead: true }),
  );
  expect(got.Item).toStrictEqual(item);
});

test('a query returns one photo in the order of its sort key, in both directions, in pages', async () => {
  const rows = ['face#000', 'face#001', 'face#002', 'face#010', 'photo'].map((record) => ({ image_id: 'q', record }));
  await put(...rows.toReversed(), { image_id: 'q2', record: 'photo' });
  const faces = {
    KeyConditionExpression: 'image_id = :i AND begins_with(#record, :f)',
    ExpressionAttributeNames: { '#record': 'record' },
    ExpressionAttributeValues: { ':i': 'q', ':f': 'face#' },
  };
  const whole = { KeyConditionExpression: 'image_id = :i', ExpressionAttributeValues: { ':i': 'q' } };
  expect(await all(whole)).toStrictEqual([rows]);
  expect(await all({ ...whole, ScanIndexForward: false })).toStrictEqual([rows.toReversed()]);
  expect((await all({ ...faces, Limit: 3 })).flat()).toStrictEqual(rows.slice(0, 4));
  expect((await all({ ...faces, Limit: 3, ScanIndexForward: false })).map((page) => page.length)).toStrictEqual([3, 1]);
});

test('an index contains only the items with its keys, in its order, in pages', async () => {
  const faces = [5, 3, 9, 1, 7].map((day) => ({
    image_id: `photo-${day}`,
    record: 'face#000',
    person_id: 'ann',
    timestamp: `2026-03-0${day}T00:00:00Z`,
  }));
  await put(...faces, { image_id: 'photo-2', record: 'face#000', timestamp: '2026-03-02T00:00:00Z' });
  const inOrder = faces.toSorted((a, b) => a.timestamp.localeCompare(b.timestamp));
  expect((await all({ ...byPerson('ann'), Limit: 2 })).flat()).toStrictEqual(inOrder);
  expect((await all({ ...byPerson('ann'), Limit: 2, ScanIndexForward: false })).flat()).toStrictEqual(
    inOrder.toReversed(),
  );
});

test('an item moves from one index key to another, and out of the index', async () => {
  const key = { image_id: 'moves', record: 'face#000' };
  const set = (person: string) =>
    tables.client.send(
      new UpdateCommand({
        TableName,
        Key: key,
        UpdateExpression: 'SET person_id = :p',
        ExpressionAttributeValues: { ':p': person },
      }),
    );
  await put({ ...key, person_id: 'bob', timestamp: 't' });
  await set('cat');
  const moved = [await all(byPerson('bob')), await all(byPerson('cat'))];
  expect(moved).toStrictEqual([[[]], [[{ ...key, person_id: 'cat', timestamp: 't' }]]]);
  await tables.client.send(new UpdateCommand({ TableName, Key: key, UpdateExpression: 'REMOVE person_id' }));
  expect(await all(byPerson('cat'))).toStrictEqual([[]]);
});

test('a page of a query ends at 1 MB', async () => {
  const rows = Array.from({ length: 5 }, (_, n) => ({ image_id: 'big', record: String(n), text: 'x'.repeat(300_000) }));
  await put(...rows);
  const pages = await all({ KeyConditionExpression: 'image_id = :i', ExpressionAttributeValues: { ':i': 'big' } });
  expect(pages.map((page) => page.length)).toStrictEqual([4, 1]);
});

test('a batch writes and deletes, and a batch reads them back', async () => {
  const items = Array.from({ length: 25 }, (_, n) => ({
    image_id: 'batch',
    record: String(n),
    person_id: 'batch',
    timestamp: String(n),
  }));
  await tables.client.send(
    new BatchWriteCommand({ RequestItems: { [TableName]: items.map((Item) => ({ PutRequest: { Item } })) } }),
  );
  await tables.client.send(
    new BatchWriteCommand({
      RequestItems: {
        [TableName]: items
          .slice(0, 20)
          .map(({ image_id, record }) => ({ DeleteRequest: { Key: { image_id, record } } })),
      },
    }),
  );
  const Keys = items.map(({ image_id, record }) => ({ image_id, record }));
  const { Responses, UnprocessedKeys } = await tables.client.send(
    new BatchGetCommand({ RequestItems: { [TableName]: { Keys } } }),
  );
  const found = Responses?.[TableName]?.toSorted((a, b) => Number(a['record']) - Number(b['record']));
  expect([found, UnprocessedKeys]).toStrictEqual([items.slice(20), {}]);
  expect((await all(byPerson('batch'))).flat()).toStrictEqual(items.slice(20));
});

test('a batch that names one item twice writes nothing', async () => {
  const Item = { image_id: 'twice', record: 'photo' };
  const twice = { RequestItems: { [TableName]: [{ PutRequest: { Item } }, { PutRequest: { Item } }] } };
  await expect(tables.client.send(new BatchWriteCommand(twice))).rejects.toThrow(
    'Provided list of item keys contains duplicates',
  );
  expect((await tables.client.send(new GetCommand({ TableName, Key: Item }))).Item).toBe(undefined);
});

test('an operation that is absent is refused by name', async () => {
  const transaction = new TransactWriteItemsCommand({
    TransactItems: [{ Delete: { TableName, Key: { image_id: { S: 'a' }, record: { S: 'b' } } } }],
  });
  await expect(tables.client.send(transaction)).rejects.toMatchObject({ name: 'UnknownOperationException' });
  await expect(tables.client.send(new GetCommand({ TableName: 'None', Key: { id: 'a' } }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});
