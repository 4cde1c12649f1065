import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Random } from '../../../bench/burst/random.ts';
import { SimulatedDynamoDb } from '../../../bench/burst/services.ts';
import { VirtualTime } from '../../../bench/burst/virtual-time.ts';
import { clientConfig } from '../../../local/clients.ts';
import { startDynamoDb } from '../../../local/dynamodb/server.ts';
import { listen, type Listening } from '../../../local/http.ts';
import { Meter } from '../../../tasks/pacing/meter.ts';

let folder: string;
let dynamoDb: Awaited<ReturnType<typeof startDynamoDb>>;
let server: Listening;
let real: DynamoDBDocumentClient;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-burst-'));
  dynamoDb = await startDynamoDb({ folder });
  server = await listen(dynamoDb.handler);
  const client = new DynamoDBClient(clientConfig({ url: server.url, region: 'us-east-1' }));
  await client.send(
    new CreateTableCommand({
      TableName: 'results',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'image_id', AttributeType: 'S' },
        { AttributeName: 'record', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'image_id', KeyType: 'HASH' },
        { AttributeName: 'record', KeyType: 'RANGE' },
      ],
    }),
  );
  real = DynamoDBDocumentClient.from(client);
});

afterAll(async () => {
  await server.close();
  await dynamoDb.close();
  await rm(folder, { recursive: true });
});

it('gives the meter the same slots as the local DynamoDB, whatever is reserved and when', async () => {
  const { next } = new Random(7);
  const steps = Array.from({ length: 200 }, () => ({
    after: next() < 0.3 ? next() * 3000 : 0,
    calls: 1 + Math.floor(next() * 5),
    lane: next() < 0.5 ? ('bulk' as const) : ('interactive' as const),
    /** Two processes, each of which remembers what applied last. */
    meter: next() < 0.5 ? 0 : 1,
  }));
  const slotsFrom = async (client: Pick<DynamoDBDocumentClient, 'send'>) => {
    let now = Date.parse('2026-03-01T12:00:00Z');
    const options = { dynamoDb: client, resultsTable: 'results', rate: 4.5, now: () => new Date(now) };
    const meters = [0, 1].map(() => new Meter({ ...options, operation: 'SearchFacesByImage' }));
    const slots: number[][] = [];
    for (const { after, calls, lane, meter } of steps) {
      now += Math.round(after);
      slots.push(await meters[meter]!.reserve(calls, lane));
    }
    return slots;
  };
  const time = new VirtualTime();
  const simulated = new SimulatedDynamoDb(time, new Random(1)) as unknown as DynamoDBDocumentClient;
  expect(await time.run(slotsFrom(simulated))).toStrictEqual(await slotsFrom(real));
});

it('refuses an update whose condition does not hold, as the local DynamoDB does', async () => {
  const update = (condition: string) =>
    new UpdateCommand({
      TableName: 'results',
      Key: { image_id: 'a', record: 'meter' },
      UpdateExpression: 'SET #a = if_not_exists(#a, :one) + :one',
      ConditionExpression: condition,
      ExpressionAttributeNames: { '#a': 'a', ...(condition.includes('#b') && { '#b': 'b' }) },
      ExpressionAttributeValues: { ':one': 1 },
      ReturnValues: 'ALL_NEW',
    });
  const conditions = [
    'attribute_not_exists(#a)',
    '#a < :one',
    'NOT #a < :one AND attribute_not_exists(#b)',
    '(#b > :one OR #a >= :one) AND #a <> :one',
    '#b = :one',
    'attribute_exists(#b) OR #a > :one',
  ];
  const outcomes = async (client: Pick<DynamoDBDocumentClient, 'send'>) => {
    const found: unknown[] = [];
    for (const condition of conditions) {
      const outcome = client.send(update(condition)).then(
        ({ Attributes }) => Attributes,
        (error: Error) => error.name,
      );
      found.push(await outcome);
    }
    return found;
  };
  const time = new VirtualTime();
  const simulated = new SimulatedDynamoDb(time, new Random(1)) as unknown as DynamoDBDocumentClient;
  expect(await time.run(outcomes(simulated))).toStrictEqual(await outcomes(real));
});
