import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startEvents, type Events } from '../../../local/events/bus.ts';
import type { Delivery } from '../../../local/events/deliveries.ts';
import type { EventBridgeEvent, Rule, Target } from '../../../local/events/event.ts';
import { listen } from '../../../local/http.ts';
import { openStore } from '../../../local/store.ts';

const NOW = new Date('2026-03-01T12:00:00.500Z');
const MACHINE = 'arn:aws:states:eu-west-1:123456789012:stateMachine:recognition';
const QUEUE = 'arn:aws:sqs:eu-west-1:123456789012:dead';

let folder: string;
let store: Awaited<ReturnType<typeof openStore>>;
let clock: { now: Date };
let sent: Delivery[];
let deadLetters: unknown[];
let events: Events | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-events-'));
  store = await openStore(folder);
  clock = { now: NOW };
  sent = [];
  deadLetters = [];
});

afterEach(async () => {
  await events?.close();
  await store.close();
  await rm(folder, { recursive: true });
});

async function aBus(states: (delivery: Delivery) => Promise<void> = async () => {}): Promise<Events> {
  let ids = 0;
  return (events = await startEvents({
    store,
    region: 'eu-west-1',
    accountId: '123456789012',
    deliver: {
      states: async (delivery) => {
        sent.push(delivery);
        await states(delivery);
      },
    },
    deadLetter: async (...deadLetter) => void deadLetters.push(deadLetter),
    now: () => clock.now,
    newId: () => `id-${++ids}`,
    backoff: () => 0,
  }));
}

function aRule(target: Partial<Target> = {}, overrides: Partial<Rule> = {}): Rule {
  const targets = [{ id: 'machine', arn: MACHINE, ...target }];
  return { name: 'photos', state: 'ENABLED', pattern: { source: ['aws.s3'] }, targets, ...overrides };
}

function anEvent(overrides: Partial<EventBridgeEvent> = {}): EventBridgeEvent {
  return {
    version: '0',
    id: 'event-1',
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account: '123456789012',
    time: '2026-03-01T12:00:00Z',
    region: 'eu-west-1',
    resources: [],
    detail: { object: { key: 'input/a "b".jpg' } },
    ...overrides,
  };
}

function aLetter(attributes: Record<string, string | number>): unknown {
  const RULE_ARN = 'arn:aws:events:eu-west-1:123456789012:rule/photos';
  return [QUEUE, JSON.stringify(anEvent()), { RULE_ARN, TARGET_ARN: MACHINE, ...attributes }];
}

function failing(name: string, times = Number.POSITIVE_INFINITY): () => Promise<void> {
  let failures = 0;
  return async () => {
    if (++failures <= times) throw Object.assign(new Error('not now'), { name });
  };
}

test('an event goes to the targets of each enabled rule of its bus that matches', async () => {
  const bus = await aBus();
  bus.setRules([
    aRule(),
    aRule({}, { name: 'off', state: 'DISABLED' }),
    aRule({}, { name: 'other', pattern: { source: ['aws.ec2'] } }),
    aRule({}, { name: 'elsewhere', bus: 'mine' }),
  ]);
  await bus.put(anEvent());
  await bus.idle();
  expect(sent.map(({ ruleArn, input }) => [ruleArn, JSON.parse(input)])).toStrictEqual([
    ['arn:aws:events:eu-west-1:123456789012:rule/photos', anEvent()],
  ]);
  expect(bus.pending()).toBe(0);
});

test('the same event put again before it is delivered makes one delivery', async () => {
  const gate = Promise.withResolvers<void>();
  const bus = await aBus(() => gate.promise);
  bus.setRules([aRule()]);
  await Promise.all([bus.put(anEvent()), bus.put(anEvent())]);
  await bus.put(anEvent());
  expect(bus.pending()).toBe(1);
  gate.resolve();
  await bus.idle();
  expect(sent.length).toBe(1);
});

test('what was not delivered when the bus closed is delivered by the next one', async () => {
  const bus = await aBus(failing('ServiceUnavailable', 1));
  bus.setRules([]);
  await bus.put(anEvent({ id: 'no rule' }));
  bus.setRules([aRule()]);
  // The next attempt is an hour away.
  await bus.close();
  const later = await startEvents({
    store,
    region: 'eu-west-1',
    accountId: '123456789012',
    deliver: { states: failing('ServiceUnavailable') },
    deadLetter: async () => {},
    now: () => clock.now,
    backoff: () => 3_600_000,
  });
  later.setRules([aRule()]);
  await later.put(anEvent());
  await later.close();
  clock.now = new Date(NOW.getTime() + 3_600_001);
  const last = await aBus();
  last.setRules([]);
  await last.idle();
  expect(sent.map(({ event, attempts }) => [event.id, attempts])).toStrictEqual([['event-1', 1]]);
});

test('a put waits for the rules of a bus that has just started', async () => {
  const bus = await aBus();
  const put = bus.put(anEvent());
  bus.setRules([aRule()]);
  await put;
  await bus.idle();
  expect(sent.length).toBe(1);
});

test('a failing target is tried again until its retries are out, and then the event is a dead letter', async () => {
  const bus = await aBus(failing('ServiceUnavailable'));
  bus.setRules([aRule({ maximumRetryAttempts: 2, deadLetterArn: QUEUE })]);
  await bus.put(anEvent());
  await bus.idle();
  expect(sent.length).toBe(3);
  expect(deadLetters).toStrictEqual([
    aLetter({
      ERROR_CODE: 'UNKNOWN',
      ERROR_MESSAGE: 'ServiceUnavailable: not now',
      EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
      RETRY_ATTEMPTS: 2,
    }),
  ]);
});

test('an event that has grown too old is not tried again', async () => {
  const bus = await aBus(async () => {
    clock.now = new Date(clock.now.getTime() + 31_000);
    throw new Error('slow');
  });
  bus.setRules([aRule({ maximumEventAgeSeconds: 60, deadLetterArn: QUEUE })]);
  await bus.put(anEvent());
  await bus.idle();
  expect(sent.length).toBe(2);
  expect(deadLetters).toStrictEqual([
    aLetter({
      ERROR_CODE: 'UNKNOWN',
      ERROR_MESSAGE: 'Error: slow',
      EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds',
      RETRY_ATTEMPTS: 1,
    }),
  ]);
});

test.each([
  ['StateMachineDoesNotExist', 'NO_RESOURCE'],
  ['InvalidExecutionInput', 'INVALID_JSON'],
])('%s is not tried again', async (name, code) => {
  const bus = await aBus(failing(name));
  bus.setRules([aRule({ deadLetterArn: QUEUE })]);
  await bus.put(anEvent());
  await bus.idle();
  expect(sent.length).toBe(1);
  expect(deadLetters).toStrictEqual([
    aLetter({
      ERROR_CODE: code,
      ERROR_MESSAGE: `${name}: not now`,
      RETRY_ATTEMPTS: 0,
    }),
  ]);
});

test('an execution that exists already is a delivery', async () => {
  const bus = await aBus(failing('ExecutionAlreadyExists'));
  bus.setRules([aRule({ deadLetterArn: QUEUE })]);
  await bus.put(anEvent());
  await bus.idle();
  expect([sent.length, deadLetters]).toStrictEqual([1, []]);
});

test('a target nothing delivers to makes a dead letter at once', async () => {
  const bus = await aBus();
  bus.setRules([aRule({ arn: 'arn:aws:kinesis:eu-west-1:123456789012:stream/s', deadLetterArn: QUEUE })]);
  await bus.put(anEvent());
  await bus.idle();
  expect([sent.length, deadLetters.length]).toStrictEqual([0, 1]);
});

test.each<[string, Partial<Target>, unknown]>([
  ['a constant', { input: '{"a":1}' }, { a: 1 }],
  ['a part of the event', { inputPath: '$.detail.object' }, { key: 'input/a "b".jpg' }],
  [
    'a template',
    {
      inputTransformer: {
        inputPaths: { key: '$.detail.object.key', object: '$.detail.object', none: '$.detail.none' },
        inputTemplate:
          '{"key": <key>, "text": "at <key>, <none>", "object": <object>, "none": <none>, "rule": "<aws.events.rule-name>", "angle": "a < b"}',
      },
    },
    {
      key: 'input/a "b".jpg',
      text: 'at input/a "b".jpg, ',
      object: { key: 'input/a "b".jpg' },
      none: null,
      rule: 'photos',
      angle: 'a < b',
    },
  ],
])('a target can take %s', async (_, target, expected) => {
  const bus = await aBus();
  bus.setRules([aRule(target)]);
  await bus.put(anEvent());
  await bus.idle();
  expect(sent.map(({ input }) => JSON.parse(input))).toStrictEqual([expected]);
});

test('PutEvents answers for each entry', async () => {
  const bus = await aBus();
  bus.setRules([aRule({}, { pattern: { source: ['rollcall'] } })]);
  const server = await listen(bus.handler);
  const response = await fetch(server.url, {
    method: 'POST',
    headers: { 'x-amz-target': 'AWSEvents.PutEvents', 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify({
      Entries: [
        { Source: 'rollcall', DetailType: 'Photo Processed', Detail: '{"image_id":"a"}', Time: 1_772_366_400 },
        { Source: 'rollcall', DetailType: 'Photo Processed', Detail: '[1]' },
        { Source: 'rollcall', Detail: '{}' },
        { Source: 'aws.s3', DetailType: 'Object Created', Detail: '{}' },
      ],
    }),
  });
  expect(await response.json()).toStrictEqual({
    FailedEntryCount: 3,
    Entries: [
      { EventId: 'id-1' },
      { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' },
      {
        ErrorCode: 'InvalidArgument',
        ErrorMessage: 'Parameter DetailType is not valid. Reason: DetailType is a required argument.',
      },
      { ErrorCode: 'NotAuthorizedForSource', ErrorMessage: 'Not authorized for the source aws.s3.' },
    ],
  });
  await bus.idle();
  await server.close();
  expect(sent.map(({ event }) => event)).toStrictEqual([
    {
      version: '0',
      id: 'id-1',
      'detail-type': 'Photo Processed',
      source: 'rollcall',
      account: '123456789012',
      time: '2026-03-01T12:00:00Z',
      region: 'eu-west-1',
      resources: [],
      detail: { image_id: 'a' },
    },
  ]);
});
