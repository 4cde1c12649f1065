import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { LambdaError } from '../../../local/lambda/errors.ts';
import { only, run, typesOf } from './run.ts';

const resource = 'arn:aws:lambda:eu-west-1:123456789012:function:f';

function aMap(overrides: object = {}, task: object = {}): object {
  const ItemProcessor = { ProcessorConfig: { Mode: 'INLINE' }, ...only({ Type: 'Task', Resource: resource, ...task }) };
  return { Type: 'Map', ItemProcessor, ...overrides };
}

const echo = { invoke: async (_: string, payload: unknown) => payload };

test('a Map gives its results in the order of its items', async () => {
  const invoke = async (_: string, item: unknown) => {
    await new Promise((resolve) => setTimeout(resolve, 20 - 5 * Number(item)));
    return Number(item) * 2;
  };
  expect((await run(only(aMap()), [1, 2, 3], { invoke })).end.output).toStrictEqual([2, 4, 6]);
});

test('a Map over nothing gives nothing', async () => {
  expect((await run(only(aMap()), [], echo)).end.output).toStrictEqual([]);
});

test('ItemSelector sees the input of the Map, the item and its index', async () => {
  const selected = {
    ItemsPath: '$.list',
    ItemSelector: { 'i.$': '$$.Map.Item.Index', 'v.$': '$$.Map.Item.Value', 'k.$': '$.k' },
  };
  const expected = [
    { i: 0, v: 'a', k: 1 },
    { i: 1, v: 'b', k: 1 },
  ];
  expect((await run(only(aMap(selected)), { list: ['a', 'b'], k: 1 }, echo)).end.output).toStrictEqual(expected);
  const { ItemSelector: Parameters, ...rest } = selected;
  const before2022 = { ...rest, Parameters };
  expect((await run(only(aMap(before2022)), { list: ['a', 'b'], k: 1 }, echo)).end.output).toStrictEqual(expected);
});

test('$$.Execution.Input inside an iteration is that of the execution', async () => {
  const inner = { Parameters: { 'whole.$': '$$.Execution.Input', 'item.$': '$' } };
  expect((await run(only(aMap({ ItemsPath: '$.list' }, inner)), { list: [1] }, echo)).end.output).toStrictEqual([
    { whole: { list: [1] }, item: 1 },
  ]);
});

test.for([
  ['MaxConcurrency', { MaxConcurrency: 3 }, 3],
  ['MaxConcurrencyPath', { MaxConcurrencyPath: '$.most' }, 2],
  ['no bound', {}, 40],
  ['MaxConcurrency 0', { MaxConcurrency: 0 }, 40],
] as const)('%s bounds how many iterations run at once', async ([, bound, expected]) => {
  let now = 0;
  let most = 0;
  const full = Promise.withResolvers<void>();
  // None ends before so many run, and one more would have had the time to begin.
  const andOneMore = full.promise.then(() => sleep(50));
  const invoke = async () => {
    most = Math.max(most, ++now);
    if (now === expected) full.resolve();
    await andOneMore;
    now -= 1;
  };
  const list = Array.from({ length: 50 }, (_, index) => index);
  await run(only(aMap({ ItemsPath: '$.list', ...bound })), { list, most: 2 }, { invoke });
  expect(most).toBe(expected);
});

test('items that are no list fail the execution', async () => {
  const { end } = await run(only(aMap({ ItemsPath: '$.list' })), { list: 'text' }, echo);
  expect(end).toStrictEqual({
    status: 'FAILED',
    error: 'States.Runtime',
    cause: "The items of the Map state 'It' are not an array.",
  });
});

test('the first iteration that fails fails the Map with its error, and no further one starts', async () => {
  const seen: unknown[] = [];
  const invoke = async (_: string, item: unknown) => {
    seen.push(item);
    if (item === 2) throw new LambdaError('Broken', 'the second');
    return item;
  };
  const { end, events } = await run(only(aMap({ MaxConcurrency: 1 })), [1, 2, 3, 4], { invoke });
  expect(end).toStrictEqual({ status: 'FAILED', error: 'Broken', cause: 'the second' });
  expect(seen).toStrictEqual([1, 2]);
  expect(typesOf(events)).toStrictEqual([
    'ExecutionStarted',
    'MapStateEntered It',
    'MapStateStarted',
    'MapIterationStarted 0',
    'TaskStateEntered It',
    'LambdaFunctionScheduled',
    'LambdaFunctionStarted',
    'LambdaFunctionSucceeded',
    'TaskStateExited It',
    'MapIterationSucceeded 0',
    'MapIterationStarted 1',
    'TaskStateEntered It',
    'LambdaFunctionScheduled',
    'LambdaFunctionStarted',
    'LambdaFunctionFailed',
    'MapIterationFailed 1',
    'MapStateFailed',
    'ExecutionFailed',
  ]);
  expect(events.map(({ previousEventId }) => previousEventId)).toStrictEqual([
    0, 0, 2, 3, 4, 5, 6, 7, 8, 9, 3, 11, 12, 13, 14, 15, 16, 17,
  ]);
  expect(events[2]?.mapStateStartedEventDetails).toStrictEqual({ length: 4 });
  expect(events[15]?.mapIterationFailedEventDetails).toStrictEqual({ name: 'It', index: 1 });
});

test('an iteration stopped by the failure of another ends after the state that it is in', async () => {
  const definition = only(
    aMap({
      ItemProcessor: {
        StartAt: 'One',
        States: {
          One: { Type: 'Task', Resource: resource, Next: 'Two' },
          Two: { Type: 'Task', Resource: resource, End: true },
        },
      },
    }),
  );
  const failed = Promise.withResolvers<void>();
  const invoke = async (_: string, item: unknown) => {
    if (item === 'fail') throw new LambdaError('Broken', '');
    await failed.promise;
    return item;
  };
  const onHistoryEvent = (_: string, { type }: { type: string }) => {
    if (type === 'MapIterationFailed') failed.resolve();
  };
  const { events } = await run(definition, ['slow', 'fail'], { invoke, onHistoryEvent });
  expect(typesOf(events).slice(-7)).toStrictEqual([
    'MapIterationFailed 1',
    'LambdaFunctionSucceeded',
    'TaskStateExited One',
    'TaskStateEntered Two',
    'MapIterationAborted 0',
    'MapStateFailed',
    'ExecutionFailed',
  ]);
});

test('a Map is retried whole, and its error is caught', async () => {
  const seen: unknown[] = [];
  const invoke = async (_: string, item: unknown) => {
    seen.push(item);
    if (item === 2) throw new LambdaError('Broken', 'always');
    return item;
  };
  const definition = {
    StartAt: 'It',
    States: {
      It: {
        ...aMap({ MaxConcurrency: 1 }),
        Retry: [{ ErrorEquals: ['Broken'], MaxAttempts: 1 }],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }],
        End: true,
      },
      Caught: { Type: 'Succeed' },
    },
  };
  const { end } = await run(definition, [1, 2], { invoke });
  expect(end.output).toStrictEqual({ Error: 'Broken', Cause: 'always' });
  expect(seen).toStrictEqual([1, 2, 1, 2]);
});

test('Maps nest', async () => {
  const inner = only(aMap());
  const { end } = await run(only(aMap({ ItemProcessor: inner })), [[1, 2], [], [3]], echo);
  expect(end.output).toStrictEqual([[1, 2], [], [3]]);
});

test('a Parallel gives each branch its input and their results in order', async () => {
  const branch = (Result: unknown) => only({ Type: 'Pass', Result, ResultPath: '$.b' });
  const state = { Type: 'Parallel', Branches: [branch(1), branch(2)], ResultPath: '$.all' };
  expect((await run(only(state), { a: 0 })).end.output).toStrictEqual({
    a: 0,
    all: [
      { a: 0, b: 1 },
      { a: 0, b: 2 },
    ],
  });
});

test('a branch that fails fails its Parallel', async () => {
  const state = {
    Type: 'Parallel',
    Branches: [only({ Type: 'Pass' }), { StartAt: 'No', States: { No: { Type: 'Fail', Error: 'No', Cause: '' } } }],
  };
  expect((await run(only(state), {})).end).toStrictEqual({ status: 'FAILED', error: 'No', cause: '' });
});
