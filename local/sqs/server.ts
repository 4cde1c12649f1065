import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { awsJson, ServiceError, type Operation } from '../aws-json.ts';
import { openSequence } from '../sequence.ts';
import type { Store } from '../store.ts';
import { md5, md5OfAttributes, selected, type MessageAttribute, type MessageAttributes } from './message.ts';
import { DEFAULTS, Queues, setting, type Queue, type Received } from './queues.ts';

export interface Sqs {
  /** AmazonSQS.*, JSON 1.0. */
  readonly handler: RequestListener;
  /** Creates a queue, or sets the attributes of an existing one. */
  createQueue(name: string, attributes?: Readonly<Record<string, string>>): Promise<void>;
  /** Resolves when the message is durable. */
  send(queueArn: string, body: string, attributes?: Readonly<Record<string, string | number>>): Promise<void>;
  close(): Promise<void>;
}

type Input = Record<string, unknown>;
const MAX_BODY_BYTES = 1_048_576;

/** Standard queues in the store. */
export async function startSqs(options: {
  store: Store;
  baseUrl: () => string;
  accountId: string;
  region: string;
  now?: () => Date;
  newId?: () => string;
  report?: (error: unknown) => void;
}): Promise<Sqs> {
  const { store, baseUrl, accountId, region, now = () => new Date(), newId = randomUUID } = options;
  const queues = new Queues(store, { now, newId, sequence: await openSequence(store, 'sqs') });
  const closing = new AbortController();
  const urlOf = (name: string) => `${baseUrl()}/${accountId}/${name}`;
  const arnOf = (name: string) => `arn:aws:sqs:${region}:${accountId}:${name}`;
  const ofUrl = (input: Input) =>
    queues.get(
      String(input['QueueUrl'] ?? '')
        .split('/')
        .at(-1) ?? '',
    );

  const operations: Record<string, Operation> = {
    CreateQueue: async (input) => {
      const name = String(input['QueueName']);
      await queues.create(name, strings(input['Attributes']));
      return { QueueUrl: urlOf(name) };
    },
    DeleteQueue: async (input) => queues.remove(await ofUrl(input)),
    GetQueueUrl: async (input) => ({ QueueUrl: urlOf((await queues.get(String(input['QueueName']))).name) }),
    ListQueues: async (input) => {
      const prefix = String(input['QueueNamePrefix'] ?? '');
      return { QueueUrls: (await queues.names()).filter((name) => name.startsWith(prefix)).map(urlOf) };
    },
    GetQueueAttributes: async (input) => {
      const queue = await ofUrl(input);
      const all = await attributesOf(queues, queue, arnOf(queue.name));
      const names = list(input['AttributeNames']);
      return {
        Attributes: Object.fromEntries(
          Object.entries(all).filter(([name]) => names.includes('All') || names.includes(name)),
        ),
      };
    },
    SetQueueAttributes: async (input) => queues.create((await ofUrl(input)).name, strings(input['Attributes'])),
    PurgeQueue: async (input) => queues.purge(await ofUrl(input)),
    SendMessage: async (input) => {
      const [sent] = await send(queues, await ofUrl(input), [input]);
      return sent;
    },
    SendMessageBatch: async (input) => {
      const entries = batch(input);
      const sent = await send(queues, await ofUrl(input), entries);
      return { Successful: sent.map((one, at) => ({ Id: entries[at]?.['Id'], ...one })), Failed: [] };
    },
    ReceiveMessage: async (input) => {
      const queue = await ofUrl(input);
      const received = await queues.receive(queue, {
        limit: number(input, 'MaxNumberOfMessages', 1, { min: 1, max: 10 }),
        hideS: number(input, 'VisibilityTimeout', setting(queue, 'VisibilityTimeout'), { min: 0, max: 43_200 }),
        waitS: number(input, 'WaitTimeSeconds', setting(queue, 'ReceiveMessageWaitTimeSeconds'), { min: 0, max: 20 }),
        signal: closing.signal,
      });
      return { Messages: received.map((message) => described(message, input, accountId)) };
    },
    DeleteMessage: async (input) => queues.delete(await ofUrl(input), String(input['ReceiptHandle'])),
    DeleteMessageBatch: async (input) => {
      const queue = await ofUrl(input);
      return each(input, (entry) => queues.delete(queue, String(entry['ReceiptHandle'])));
    },
    ChangeMessageVisibility: async (input) => {
      const seconds = number(input, 'VisibilityTimeout', 0, { min: 0, max: 43_200 });
      await queues.hide(await ofUrl(input), String(input['ReceiptHandle']), seconds);
    },
  };

  return {
    handler: awsJson({ version: '1.0', operations, ...(options.report && { report: options.report }) }),
    createQueue: (name, attributes = {}) => queues.create(name, attributes),
    send: async (queueArn, body, attributes = {}) => {
      const typed = Object.entries(attributes).map(([name, value]): [string, MessageAttribute] => [
        name,
        { DataType: typeof value === 'number' ? 'Number' : 'String', StringValue: String(value) },
      ]);
      const queue = await queues.get(queueArn.split(':').at(-1) ?? '');
      await queues.send(queue, [{ body, attributes: Object.fromEntries(typed) }]);
    },
    close: async () => closing.abort(),
  };
}

async function send(queues: Queues, queue: Queue, entries: readonly Input[]) {
  const messages = entries.map((entry) => {
    const body = entry['MessageBody'];
    if (typeof body !== 'string' || body === '')
      throw new ServiceError('MissingParameter', 'The request must contain the parameter MessageBody.');
    if (Buffer.byteLength(body) > MAX_BODY_BYTES)
      throw new ServiceError('InvalidParameterValue', `A message is at most ${MAX_BODY_BYTES} bytes.`);
    const attributes = (entry['MessageAttributes'] ?? {}) as MessageAttributes;
    const delayS = entry['DelaySeconds'];
    return { body, attributes, ...(typeof delayS === 'number' && { delayS }) };
  });
  const ids = await queues.send(queue, messages);
  return messages.map(({ body, attributes }, at) => ({
    MessageId: ids[at],
    MD5OfMessageBody: md5(body),
    MD5OfMessageAttributes: md5OfAttributes(attributes),
  }));
}

function described(message: Received, input: Input, accountId: string) {
  const attributes = selected(message.attributes, list(input['MessageAttributeNames']));
  const names = [...list(input['MessageSystemAttributeNames']), ...list(input['AttributeNames'])];
  const system = Object.entries({
    SenderId: accountId,
    SentTimestamp: String(message.sent),
    ApproximateReceiveCount: String(message.receives),
    ApproximateFirstReceiveTimestamp: String(message.firstReceived),
  }).filter(([name]) => names.includes('All') || names.includes(name));
  return {
    MessageId: message.id,
    ReceiptHandle: message.handle,
    Body: message.body,
    MD5OfBody: md5(message.body),
    ...(system.length > 0 && { Attributes: Object.fromEntries(system) }),
    ...(Object.keys(attributes).length > 0 && {
      MessageAttributes: attributes,
      MD5OfMessageAttributes: md5OfAttributes(attributes),
    }),
  };
}

async function attributesOf(queues: Queues, queue: Queue, arn: string): Promise<Record<string, string>> {
  const { visible, hidden, delayed } = await queues.counts(queue);
  const created = String(Math.floor(Date.parse(queue.created) / 1000));
  return {
    QueueArn: arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(hidden),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: created,
    LastModifiedTimestamp: created,
    ...DEFAULTS,
    ...queue.attributes,
  };
}

/** Runs each entry of a batch on its own, so that a failure does not affect the others. */
async function each(input: Input, run: (entry: Input) => Promise<void>) {
  const Successful: unknown[] = [];
  const Failed: unknown[] = [];
  for (const entry of batch(input)) {
    try {
      await run(entry);
      Successful.push({ Id: entry['Id'] });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      Failed.push({ Id: entry['Id'], SenderFault: true, Code: error.name, Message: error.message });
    }
  }
  return { Successful, Failed };
}

function batch(input: Input): Input[] {
  const entries = Array.isArray(input['Entries']) ? (input['Entries'] as Input[]) : [];
  if (entries.length === 0)
    throw new ServiceError('EmptyBatchRequest', "The batch request doesn't contain any entries.");
  if (entries.length > 10) throw new ServiceError('TooManyEntriesInBatchRequest', 'A batch has at most 10 entries.');
  return entries;
}

function number(input: Input, name: string, fallback: number, { min, max }: { min: number; max: number }): number {
  const value = Number(input[name] ?? fallback);
  if (value >= min && value <= max) return value;
  throw new ServiceError(
    'InvalidParameterValue',
    `Value for parameter ${name} is invalid. Reason: Must be between ${min} and ${max}.`,
  );
}

function list(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function strings(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries((value ?? {}) as Input).map(([name, one]) => [name, String(one)]));
}
