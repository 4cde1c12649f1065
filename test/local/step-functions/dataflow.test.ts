import { expect, test } from 'vitest';
import { only, run } from './run.ts';

const echo = { invoke: async (_: string, payload: unknown) => payload };
const resource = 'arn:aws:lambda:eu-west-1:123456789012:function:echo';

async function through(state: object, input: unknown): Promise<unknown> {
  const { end } = await run(only(state), input, echo);
  return end.status === 'SUCCEEDED' ? end.output : end;
}

const task = { Type: 'Task', Resource: resource };

test.for<[what: string, state: object, input: unknown, output: unknown]>([
  ['ResultPath null keeps the input', { ...task, ResultPath: null }, { a: 1 }, { a: 1 }],
  ['ResultPath $ is the result', { ...task, Parameters: { b: 2 }, ResultPath: '$' }, { a: 1 }, { b: 2 }],
  [
    'ResultPath adds to the input',
    { ...task, Parameters: { b: 2 }, ResultPath: '$.x.y' },
    { a: 1 },
    { a: 1, x: { y: { b: 2 } } },
  ],
  [
    'ResultPath takes the place of what is there',
    { ...task, Parameters: { b: 2 }, ResultPath: '$.a' },
    { a: 1 },
    { a: { b: 2 } },
  ],
  [
    'InputPath narrows what the task gets, not what ResultPath adds to',
    { ...task, InputPath: '$.a', ResultPath: '$.c' },
    { a: { b: 1 } },
    { a: { b: 1 }, c: { b: 1 } },
  ],
  ['InputPath null is an empty object', { ...task, InputPath: null }, { a: 1 }, {}],
  ['OutputPath narrows the output', { ...task, OutputPath: '$.a' }, { a: { b: 1 } }, { b: 1 }],
  ['OutputPath null is an empty object', { ...task, OutputPath: null }, { a: 1 }, {}],
  [
    'ResultSelector picks from the result',
    { ...task, ResultSelector: { 'c.$': '$.a.b', d: 'text' } },
    { a: { b: 1 } },
    { c: 1, d: 'text' },
  ],
  [
    'Parameters nest, in lists too',
    { ...task, Parameters: { list: [{ 'a.$': '$.a' }, 'text', null] } },
    { a: 1 },
    { list: [{ a: 1 }, 'text', null] },
  ],
  [
    'a path may hold null, false and 0',
    { ...task, Parameters: { 'a.$': '$.a', 'b.$': '$.b', 'c.$': '$.c' } },
    { a: null, b: false, c: 0 },
    { a: null, b: false, c: 0 },
  ],
  [
    'a wildcard gives a list',
    { ...task, Parameters: { 'all.$': '$.list[*].a' } },
    { list: [{ a: 1 }, { a: 2 }] },
    { all: [1, 2] },
  ],
  [
    'a wildcard over one gives a list',
    { ...task, Parameters: { 'all.$': '$.list[*].a' } },
    { list: [{ a: 1 }] },
    { all: [1] },
  ],
  [
    'keys beyond ASCII and with spaces are kept',
    { ...task, Parameters: { 'ключ.$': "$['ein Schlüssel']" } },
    { 'ein Schlüssel': 'ä' },
    { ключ: 'ä' },
  ],
  ['Pass gives its Result, false as well', { Type: 'Pass', Result: false }, { a: 1 }, false],
  ['Pass gives its Result, null as well', { Type: 'Pass', Result: null }, { a: 1 }, null],
  [
    'Pass puts its Result where ResultPath says',
    { Type: 'Pass', Result: 0, ResultPath: '$.n' },
    { a: 1 },
    { a: 1, n: 0 },
  ],
  ['Pass without Result gives its parameters', { Type: 'Pass', Parameters: { 'b.$': '$.a' } }, { a: 1 }, { b: 1 }],
  ['Succeed gives what its paths pick', { Type: 'Succeed', InputPath: '$.a', End: undefined }, { a: [1] }, [1]],
])('%s', async ([, state, input, output]) => {
  expect(await through(state, input)).toStrictEqual(output);
});

test.for<[intrinsic: string, output: unknown]>([
  ["States.Format('{} and {}', $.name, $.n)", 'Ä and 3'],
  ['States.Array($.n, $.list)', [3, [1, 2, 2]]],
  ['States.ArrayLength($.list)', 3],
  ['States.ArrayGetItem($.list, 1)', 2],
  ['States.ArrayContains($.list, 2)', true],
  ['States.ArrayUnique($.list)', [1, 2]],
  ['States.ArrayPartition($.list, 2)', [[1, 2], [2]]],
  ['States.ArrayRange(1, 7, 3)', [1, 4, 7]],
  ['States.MathAdd($.n, -1)', 2],
  ["States.StringSplit('a,b', ',')", ['a', 'b']],
  ['States.StringToJson($.json)', { a: [1] }],
  ['States.JsonToString($.list)', '[1,2,2]'],
  ['States.JsonMerge($.one, $.two, false)', { a: 1, b: 2 }],
  ['States.Base64Encode($.plain)', 'aGVsbG8='],
  ["States.Hash($.plain, 'SHA-256')", '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'],
])('%s', async ([intrinsic, value]) => {
  const input = { name: 'Ä', n: 3, list: [1, 2, 2], json: '{"a":[1]}', one: { a: 1 }, two: { b: 2 }, plain: 'hello' };
  expect(await through({ Type: 'Pass', Parameters: { 'value.$': intrinsic } }, input)).toStrictEqual({ value });
});

test('a path that leads nowhere is a States.Runtime, which nothing catches', async () => {
  const definition = {
    StartAt: 'It',
    States: {
      It: {
        ...task,
        Parameters: { 'a.$': '$.missing' },
        Retry: [{ ErrorEquals: ['States.ALL'] }],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }],
        End: true,
      },
      Caught: { Type: 'Succeed' },
    },
  };
  const { end } = await run(definition, {}, echo);
  expect(end).toStrictEqual({
    status: 'FAILED',
    error: 'States.Runtime',
    cause: "Path expression '$.missing' does not point to a value",
  });
});

test('a ResultPath into what is no object is a States.ResultPathMatchFailure', async () => {
  const { end } = await run(only({ ...task, ResultPath: '$.a' }), [1], echo);
  expect({ ...end, cause: undefined }).toStrictEqual({
    status: 'FAILED',
    error: 'States.ResultPathMatchFailure',
    cause: undefined,
  });
});

test('the context object tells of the execution, the machine and the state', async () => {
  const definition = {
    StartAt: 'First',
    States: {
      First: { Type: 'Pass', Result: { changed: true }, Next: 'It' },
      It: {
        Type: 'Pass',
        Parameters: {
          'execution.$': '$$.Execution',
          'input.$': '$$.Execution.Input.a',
          'name.$': "States.Format('{}-{}', $$.Execution.Name, $$.StateMachine.Name)",
          'machine.$': '$$.StateMachine',
          'state.$': '$$.State',
        },
        End: true,
      },
    },
  };
  const { end } = await run(definition, { a: 1 }, { ...echo, now: () => 1_700_000_000_000 });
  const id = 'arn:aws:states:eu-west-1:123456789012:execution:m:e';
  expect(end.output).toStrictEqual({
    execution: {
      Id: id,
      Input: { a: 1 },
      Name: 'e',
      RoleArn: 'arn:aws:iam::123456789012:role/machine',
      StartTime: '2023-11-14T22:13:20.000Z',
      RedriveCount: 0,
    },
    input: 1,
    name: 'e-m',
    machine: { Id: 'arn:aws:states:eu-west-1:123456789012:stateMachine:m', Name: 'm' },
    state: { Name: 'It', EnteredTime: '2023-11-14T22:13:20.000Z', RetryCount: 0 },
  });
});
