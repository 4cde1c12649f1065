import { expect, test } from 'vitest';
import { LambdaError } from '../../../local/lambda/errors.ts';
import { anError, only, run, typesOf } from './run.ts';

const task = { Type: 'Task', Resource: 'arn:aws:lambda:eu-west-1:123456789012:function:f' };

/** A function that fails with these names in turn and then answers. */
function failing(...names: string[]) {
  let calls = 0;
  const waits: number[] = [];
  return {
    waits,
    calls: () => calls,
    options: {
      invoke: async () => {
        const name = names[calls++];
        if (name) throw new LambdaError(name, `cause of ${name}`);
        return 'done';
      },
      sleep: async (milliseconds: number) => void waits.push(milliseconds),
      random: () => 0.5,
    },
  };
}
test('a retrier waits longer each time, up to its longest, and its count is its own', async () => {
  const service = failing('A', 'A', 'B', 'A', 'A');
  const Retry = [
    { ErrorEquals: ['A'], IntervalSeconds: 2, BackoffRate: 3, MaxDelaySeconds: 10, MaxAttempts: 9 },
    { ErrorEquals: ['B'], IntervalSeconds: 1 },
  ];
  const { end } = await run(only({ ...task, Retry }), {}, service.options);
  expect(end).toStrictEqual({ status: 'SUCCEEDED', output: 'done' });
  expect(service.waits).toStrictEqual([2000, 6000, 1000, 10_000, 10_000]);
});

test('full jitter takes a random part of the wait', async () => {
  const service = failing('A', 'A');
  const Retry = [{ ErrorEquals: ['A'], IntervalSeconds: 2, BackoffRate: 3, JitterStrategy: 'FULL' }];
  await run(only({ ...task, Retry }), {}, service.options);
  expect(service.waits).toStrictEqual([1000, 3000]);
});

test('a retrier without numbers waits 1, 2 and 4 seconds and then gives up', async () => {
  const service = failing('A', 'A', 'A', 'A', 'A');
  const { end } = await run(only({ ...task, Retry: [{ ErrorEquals: ['States.ALL'] }] }), {}, service.options);
  expect([end, service.waits]).toStrictEqual([
    { status: 'FAILED', error: 'A', cause: 'cause of A' },
    [1000, 2000, 4000],
  ]);
});

test('MaxAttempts 0 means never', async () => {
  const service = failing('A');
  const Retry = [{ ErrorEquals: ['A'], MaxAttempts: 0 }, { ErrorEquals: ['States.ALL'] }];
  const { end } = await run(only({ ...task, Retry }), {}, service.options);
  expect([end.status, service.calls()]).toStrictEqual(['FAILED', 1]);
});

test('each attempt is in the history', async () => {
  const service = failing('A');
  const { events } = await run(only({ ...task, Retry: [{ ErrorEquals: ['A'] }] }), {}, service.options);
  expect(typesOf(events)).toStrictEqual([
    'ExecutionStarted',
    'TaskStateEntered It',
    'LambdaFunctionScheduled',
    'LambdaFunctionStarted',
    'LambdaFunctionFailed',
    'LambdaFunctionScheduled',
    'LambdaFunctionStarted',
    'LambdaFunctionSucceeded',
    'TaskStateExited It',
    'ExecutionSucceeded',
  ]);
  expect(events[4]?.lambdaFunctionFailedEventDetails).toStrictEqual({ error: 'A', cause: 'cause of A' });
});

test('a catcher gets the error and its cause, where its ResultPath says', async () => {
  const catching = (ResultPath?: string | null) => ({
    StartAt: 'It',
    States: {
      It: {
        ...task,
        Catch: [{ ErrorEquals: ['A'], Next: 'Caught', ...(ResultPath !== undefined && { ResultPath }) }],
        End: true,
      },
      Caught: { Type: 'Succeed' },
    },
  });
  const caught = { Error: 'A', Cause: 'cause of A' };
  const output = async (path?: string | null) => (await run(catching(path), { a: 1 }, failing('A').options)).end.output;
  expect(await output()).toStrictEqual(caught);
  expect(await output('$')).toStrictEqual(caught);
  expect(await output('$.error')).toStrictEqual({ a: 1, error: caught });
  expect(await output(null)).toStrictEqual({ a: 1 });
});

test('a catcher comes after the retries are out', async () => {
  const service = failing('A', 'A');
  const definition = {
    StartAt: 'It',
    States: {
      It: {
        ...task,
        Retry: [{ ErrorEquals: ['A'], MaxAttempts: 1 }],
        Catch: [{ ErrorEquals: ['B', 'A'], Next: 'Caught' }],
        End: true,
      },
      Caught: { Type: 'Pass', Result: 'caught', End: true },
    },
  };
  const { end } = await run(definition, {}, service.options);
  expect([end.output, service.calls()]).toStrictEqual(['caught', 2]);
});

const order = ['A', 'States.TaskFailed', 'States.Timeout', 'States.DataLimitExceeded', 'States.Runtime', 'States.ALL'];
const large = 'x'.repeat(262_144);

test.for<[error: string, matchedBy: string[]]>([
  ['A', ['A', 'States.TaskFailed', 'States.ALL']],
  ['States.Timeout', ['States.Timeout', 'States.ALL']],
  ['States.DataLimitExceeded', ['States.DataLimitExceeded']],
  ['States.Runtime', []],
])('%s is caught by %j only', async ([error, matchedBy]) => {
  const failures: Record<string, object> = {
    A: { ...task },
    'States.Timeout': { ...task, Parameters: { hang: true }, TimeoutSeconds: 0.01 },
    'States.DataLimitExceeded': { ...task, Parameters: { large: true } },
    'States.Runtime': { ...task, Parameters: { 'a.$': '$.missing' } },
  };
  const invoke = async (_: string, payload: unknown): Promise<unknown> => {
    const { hang, large: tooMuch } = payload as { hang?: boolean; large?: boolean };
    if (hang) return new Promise(() => {});
    if (tooMuch) return large;
    throw new LambdaError('A', '');
  };
  const ended: string[] = [];
  for (const name of order) {
    const definition = {
      StartAt: 'It',
      States: {
        It: { ...failures[error], Catch: [{ ErrorEquals: [name], Next: 'Caught' }], End: true },
        Caught: { Type: 'Succeed' },
      },
    };
    const { end } = await run(definition, {}, { invoke });
    ended.push(end.error ?? `caught by ${name}`);
  }
  expect(ended).toStrictEqual(order.map((name) => (matchedBy.includes(name) ? `caught by ${name}` : error)));
});

test('a Fail state ends with its error and cause, or with those at its paths', async () => {
  const fail = (state: object) => ({ StartAt: 'No', States: { No: { Type: 'Fail', ...state } } });
  expect((await run(fail({ Error: 'Refused', Cause: 'why' }), {})).end).toStrictEqual({
    status: 'FAILED',
    error: 'Refused',
    cause: 'why',
  });
  expect((await run(fail({ ErrorPath: '$.e', CausePath: '$.c' }), { e: 'E', c: 'C' })).end).toStrictEqual({
    status: 'FAILED',
    error: 'E',
    cause: 'C',
  });
});

test('a task that answers too late is a States.Timeout in its history', async () => {
  const { end, events } = await run(
    only({ ...task, TimeoutSeconds: 0.01 }),
    {},
    { invoke: () => new Promise(() => {}) },
  );
  expect(end).toStrictEqual({ status: 'FAILED', error: 'States.Timeout', cause: '' });
  expect(typesOf(events).slice(2)).toStrictEqual([
    'LambdaFunctionScheduled',
    'LambdaFunctionStarted',
    'LambdaFunctionTimedOut',
    'ExecutionFailed',
  ]);
});

test('an execution over its time ends as TIMED_OUT', async () => {
  const definition = { TimeoutSeconds: 0.05, ...only({ ...task }) };
  const { end, events } = await run(definition, {}, { invoke: () => new Promise(() => {}) });
  expect(end).toStrictEqual({ status: 'TIMED_OUT' });
  expect(events.at(-1)?.type).toBe('ExecutionTimedOut');
});

test('what the service refuses has its prefix', async () => {
  const invoke = async () => {
    throw new LambdaError('ResourceNotFoundException', 'Function not found: f', true);
  };
  const { end } = await run(only(task), {}, { invoke });
  expect(end).toStrictEqual({
    status: 'FAILED',
    error: 'Lambda.ResourceNotFoundException',
    cause: 'Function not found: f',
  });
});

test('events are put with the execution among their resources', async () => {
  const seen: unknown[] = [];
  const put = (answer: object) => ({
    integrations: {
      putEvents: async (entries: unknown) => {
        seen.push(entries);
        return { Entries: [], ...answer };
      },
    },
  });
  const state = {
    Type: 'Task',
    Resource: 'arn:aws:states:::events:putEvents',
    Parameters: { Entries: [{ Source: 's', DetailType: 't', 'Detail.$': '$', Resources: ['mine'] }] },
  };
  const done = await run(only(state), { a: 1 }, put({ FailedEntryCount: 0, Entries: [{ EventId: '1' }] }));
  expect(done.end.output).toStrictEqual({ Entries: [{ EventId: '1' }], FailedEntryCount: 0 });
  expect(seen).toStrictEqual([
    [
      {
        Source: 's',
        DetailType: 't',
        Detail: '{"a":1}',
        Resources: [
          'mine',
          'arn:aws:states:eu-west-1:123456789012:execution:m:e',
          'arn:aws:states:eu-west-1:123456789012:stateMachine:m',
        ],
      },
    ],
  ]);
  const failed = await run(only(state), {}, put({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'MalformedDetail' }] }));
  expect(failed.end.error).toBe('EventBridge.FailedEntry');
  const integrations = { putEvents: async () => Promise.reject(anError('ThrottlingException', 'slower')) };
  const throttled = await run(only(state), {}, { integrations });
  expect(throttled.end).toStrictEqual({ status: 'FAILED', error: 'EventBridge.ThrottlingException', cause: 'slower' });
});
