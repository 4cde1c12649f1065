import {
  BatchGetCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb';
import { MessageChannel } from 'node:worker_threads';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readDirectly, type ReadOperation } from '../../../client/deployment/direct-reads.ts';
import { answerReads, readsOver } from '../../../client/deployment/reads-over-port.ts';
import { aClient, RESULTS_TABLE, someTables, type Tables } from '../../local/dynamodb/tables.ts';

const { TableName } = RESULTS_TABLE;
let tables: Tables;
let direct: DynamoDBDocumentClient;
const calls: ReadOperation[] = [];
/** Whether there was an output. */
let answered: boolean[] = [];

beforeAll(async () => {
  tables = await someTables();
  direct = aClient(tables.url);
  const { port1, port2 } = new MessageChannel();
  answerReads(port1, {
    rows: async (operation, ...input) => {
      calls.push(operation);
      const answer = await tables.db.read(operation, ...input);
      answered.push(answer.output !== undefined);
      return answer;
    },
    executions: async () => '{}',
    object: async () => Buffer.from(''),
  });
  // As from another thread.
  readDirectly(direct, readsOver(port2).rows);
  port2.unref();
  for (const n of [1, 2, 3]) {
    const Item = {
      image_id: 'a',
      record: `face#${n}`,
      n,
      half: 0.5,
      tags: new Set(['x', 'y']),
      box: { at: [n, null, true] },
    };
    await direct.send(new PutCommand({ TableName, Item }));
  }
});
afterAll(() => tables.close());

const query = {
  TableName,
  KeyConditionExpression: 'image_id = :id AND begins_with(#record, :face)',
  ExpressionAttributeNames: { '#record': 'record' },
  ExpressionAttributeValues: { ':id': 'a', ':face': 'face#' },
};
const start = { image_id: 'a', record: 'face#2' };

test.each([
  ['Query', () => new QueryCommand({ ...query, Limit: 2, ProjectionExpression: undefined })],
  ['Query', () => new QueryCommand({ ...query, ExclusiveStartKey: start })],
  ['Query', () => new QueryCommand({ ...query, Select: 'COUNT' })],
  ['GetItem', () => new GetCommand({ TableName, Key: start, ConsistentRead: true })],
  ['GetItem', () => new GetCommand({ TableName, Key: { image_id: 'b', record: 'photo' } })],
  ['BatchGetItem', () => new BatchGetCommand({ RequestItems: { [TableName]: { Keys: [start] } } })],
])('%s answers the same as over HTTP', async (operation, command) => {
  calls.length = 0;
  const { $metadata: _, ...answer } = await direct.send(command() as QueryCommand);
  const { $metadata: __, ...expected } = await tables.client.send(command() as QueryCommand);
  expect(answer).toEqual(expected);
  expect(calls).toEqual([operation]);
});

test('an error has the name and message that it has over HTTP', async () => {
  const bad = { ...query, ExclusiveStartKey: { image_id: 'b', record: 'face#2' } };
  const failure = (client: DynamoDBDocumentClient, input: typeof query) =>
    client.send(new QueryCommand(input)).catch(({ name, message }: Error) => [name, message]);
  const expected = await failure(tables.client, bad);
  expect(expected).toEqual(['ValidationException', expect.any(String)]);
  expect(await failure(direct, bad)).toEqual(expected);
  expect(await failure(direct, { ...query, TableName: 'Nothing' })).toEqual(
    await failure(tables.client, { ...query, TableName: 'Nothing' }),
  );
});

test('rows in which nothing has changed are not read again', async () => {
  const ask = () => direct.send(new QueryCommand(query));
  const before = await ask();
  answered = [];
  expect((await ask()).Items).toBe(before.Items);
  await direct.send(new PutCommand({ TableName, Item: { image_id: 'b', record: 'face#1' } }));
  expect((await ask()).Items).toBe(before.Items);
  const added = { image_id: 'a', record: 'face#9' };
  await direct.send(new PutCommand({ TableName, Item: added }));
  expect((await ask()).Items).toStrictEqual([...before.Items!, added]);
  expect(answered).toEqual([false, false, true]);
});

test('parts of rows are read each time', async () => {
  const ask = () => direct.send(new QueryCommand({ ...query, ProjectionExpression: 'n' }));
  const before = await ask();
  answered = [];
  expect(await ask()).toStrictEqual(before);
  expect(answered).toEqual([true]);
});
