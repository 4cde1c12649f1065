import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
  type ReceiveMessageCommandInput,
} from '@aws-sdk/client-sqs';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listen, type Listening } from '../../../local/http.ts';
import { startSqs, type Sqs } from '../../../local/sqs/server.ts';
import { openStore } from '../../../local/store.ts';

const START = Date.parse('2026-03-01T12:00:00Z');

let folder: string;
let store: Awaited<ReturnType<typeof openStore>>;
let sqs: Sqs;
let server: Listening;
let client: SQSClient;
let clock: { now: number };
let QueueUrl: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-sqs-'));
  clock = { now: START };
  await start();
  await sqs.createQueue('dead');
  QueueUrl = `${server.url}/123456789012/dead`;
});

afterEach(async () => {
  await stop();
  await rm(folder, { recursive: true });
});

async function start(): Promise<void> {
  store = await openStore(folder);
  sqs = await startSqs({
    store,
    baseUrl: () => server.url,
    accountId: '123456789012',
    region: 'eu-west-1',
    now: () => new Date(clock.now),
  });
  server = await listen(sqs.handler);
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  client = new SQSClient({ endpoint: server.url, region: 'eu-west-1', credentials, maxAttempts: 1 });
}

async function stop(): Promise<void> {
  client.destroy();
  await sqs.close();
  await server.close();
  await store.close();
}

async function receive(options: Partial<ReceiveMessageCommandInput> = {}) {
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...options }),
  );
  return Messages;
}

async function bodies(options: Partial<ReceiveMessageCommandInput> = {}): Promise<(string | undefined)[]> {
  return (await receive(options)).map(({ Body }) => Body);
}

const send = (MessageBody: string) => client.send(new SendMessageCommand({ QueueUrl, MessageBody }));

test('a message comes back with its attributes, whose digests the SDK checks', async () => {
  const MessageAttributes = {
    RULE_ARN: { DataType: 'String', StringValue: 'arn:ü' },
    RETRY_ATTEMPTS: { DataType: 'Number', StringValue: '185' },
    RAW: { DataType: 'Binary', BinaryValue: Buffer.from([0, 255]) },
  };
  const sent = await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'päyload', MessageAttributes }));
  const [message] = await receive({ MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['All'] });
  expect([message?.Body, message?.MessageId, message?.MD5OfMessageAttributes]).toStrictEqual([
    'päyload',
    sent.MessageId,
    sent.MD5OfMessageAttributes,
  ]);
  expect(message?.MessageAttributes).toMatchObject({
    RULE_ARN: { DataType: 'String', StringValue: 'arn:ü' },
    RETRY_ATTEMPTS: { DataType: 'Number', StringValue: '185' },
    RAW: { DataType: 'Binary', BinaryValue: new Uint8Array([0, 255]) },
  });
  expect(message?.Attributes).toStrictEqual({
    SenderId: '123456789012',
    SentTimestamp: String(START),
    ApproximateReceiveCount: '1',
    ApproximateFirstReceiveTimestamp: String(START),
  });
});

test('attributes hash as the documented algorithm has it', async () => {
  // Length and bytes of name and type, the transport type, length and bytes of the value: computed apart from the code.
  const sent = await client.send(
    new SendMessageCommand({
      QueueUrl,
      MessageBody: 'b',
      MessageAttributes: { a: { DataType: 'String', StringValue: 'v' } },
    }),
  );
  const bytes = Buffer.from('000000016100000006537472696e67010000000176', 'hex');
  expect(sent.MD5OfMessageAttributes).toBe(createHash('md5').update(bytes).digest('hex'));
});

test('a received message is hidden until its time is over, and gone once deleted', async () => {
  await send('a');
  const [first] = await receive({ VisibilityTimeout: 10 });
  expect(await bodies()).toStrictEqual([]);
  clock.now += 10_000;
  const [second] = await receive({ MessageSystemAttributeNames: ['ApproximateReceiveCount'] });
  expect(second?.Attributes).toStrictEqual({ ApproximateReceiveCount: '2' });
  // A receipt that is not the latest deletes nothing.
  await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: first?.ReceiptHandle }));
  clock.now += 30_000;
  const [third] = await receive();
  await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: third?.ReceiptHandle }));
  clock.now += 30_000;
  expect(await bodies()).toStrictEqual([]);
});

test('a message whose visibility is set to nothing comes at once', async () => {
  await send('a');
  const [message] = await receive();
  await client.send(
    new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: 0 }),
  );
  expect(await bodies()).toStrictEqual(['a']);
});

test('messages come in order, as many as were asked for', async () => {
  for (const body of ['a', 'b', 'c']) await send(body);
  expect(await bodies({ MaxNumberOfMessages: 2 })).toStrictEqual(['a', 'b']);
  expect(await bodies({ MaxNumberOfMessages: 2 })).toStrictEqual(['c']);
});

test('a waiting receiver gets what is sent while it waits', async () => {
  const waiting = bodies({ WaitTimeSeconds: 20 });
  await send('late');
  expect(await waiting).toStrictEqual(['late']);
});

test('racing receivers never share a message', async () => {
  for (let n = 0; n < 20; n++) await send(String(n));
  const taken = await Promise.all(Array.from({ length: 30 }, () => bodies({ MaxNumberOfMessages: 1 })));
  expect(taken.flat().sort((a, b) => Number(a) - Number(b))).toStrictEqual(
    Array.from({ length: 20 }, (_, n) => String(n)),
  );
});

test('batches send and delete, and say which entry failed', async () => {
  const Entries = ['a', 'b'].map((MessageBody) => ({ Id: MessageBody, MessageBody }));
  const sent = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  expect(sent.Successful?.map(({ Id }) => Id)).toStrictEqual(['a', 'b']);
  const received = await receive();
  const deleted = await client.send(
    new DeleteMessageBatchCommand({
      QueueUrl,
      Entries: [
        { Id: '0', ReceiptHandle: received[0]?.ReceiptHandle },
        { Id: '1', ReceiptHandle: 'not one' },
      ],
    }),
  );
  expect([deleted.Successful?.map(({ Id }) => Id), deleted.Failed?.map(({ Id, Code }) => [Id, Code])]).toStrictEqual([
    ['0'],
    [['1', 'ReceiptHandleIsInvalid']],
  ]);
});

test('a queue tells its address, its name and how much it holds', async () => {
  await client.send(new CreateQueueCommand({ QueueName: 'other', Attributes: { VisibilityTimeout: '5' } }));
  expect((await client.send(new GetQueueUrlCommand({ QueueName: 'other' }))).QueueUrl).toBe(
    `${server.url}/123456789012/other`,
  );
  expect((await client.send(new ListQueuesCommand({ QueueNamePrefix: 'o' }))).QueueUrls).toStrictEqual([
    `${server.url}/123456789012/other`,
  ]);
  await send('a');
  await send('b');
  await receive({ MaxNumberOfMessages: 1 });
  const AttributeNames = [
    'QueueArn' as const,
    'ApproximateNumberOfMessages' as const,
    'ApproximateNumberOfMessagesNotVisible' as const,
  ];
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
  expect(Attributes).toStrictEqual({
    QueueArn: 'arn:aws:sqs:eu-west-1:123456789012:dead',
    ApproximateNumberOfMessages: '1',
    ApproximateNumberOfMessagesNotVisible: '1',
  });
  await client.send(new PurgeQueueCommand({ QueueUrl }));
  clock.now += 60_000;
  expect(await bodies()).toStrictEqual([]);
});

test('messages outlive the server, but not their retention', async () => {
  await sqs.send('arn:aws:sqs:eu-west-1:123456789012:dead', 'kept', { RETRY_ATTEMPTS: 3 });
  await stop();
  await start();
  QueueUrl = `${server.url}/123456789012/dead`;
  const [kept] = await receive({ MessageAttributeNames: ['RETRY.*', 'RETRY_ATTEMPTS'] });
  expect([kept?.Body, kept?.MessageAttributes]).toStrictEqual([
    'kept',
    { RETRY_ATTEMPTS: { DataType: 'Number', StringValue: '3' } },
  ]);
  clock.now += 4 * 86_400_000 + 1000;
  expect(await bodies()).toStrictEqual([]);
});

test('a queue that does not exist is an error by name', async () => {
  const missing = new SendMessageCommand({ QueueUrl: `${server.url}/123456789012/none`, MessageBody: 'a' });
  await expect(client.send(missing)).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
  await expect(sqs.send('arn:aws:sqs:eu-west-1:123456789012:none', 'a')).rejects.toMatchObject({
    name: 'QueueDoesNotExist',
  });
});
