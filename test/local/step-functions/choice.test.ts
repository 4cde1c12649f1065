import { expect, test } from 'vitest';
import { run } from './run.ts';

async function chooses(rule: object, input: unknown): Promise<unknown> {
  const definition = {
    StartAt: 'Choose',
    States: {
      Choose: { Type: 'Choice', Choices: [{ ...rule, Next: 'Yes' }], Default: 'No' },
      Yes: { Type: 'Pass', Result: 'yes', End: true },
      No: { Type: 'Pass', Result: 'no', End: true },
    },
  };
  return (await run(definition, input)).end.output;
}

const a = '$.a';

test.for<[rule: object, yes: unknown, no: unknown]>([
  [{ Variable: a, BooleanEquals: true }, { a: true }, { a: false }],
  [{ Variable: a, StringEquals: 'x' }, { a: 'x' }, { a: 'y' }],
  [{ Variable: a, StringMatches: 'x*.jpg' }, { a: 'x/y.jpg' }, { a: 'y.jpg' }],
  [{ Variable: a, NumericEquals: 0 }, { a: 0 }, { a: 1 }],
  [{ Variable: a, NumericGreaterThan: 3 }, { a: 4 }, { a: 3 }],
  [
    { Variable: a, NumericLessThanEqualsPath: '$.b' },
    { a: 3, b: 3 },
    { a: 4, b: 3 },
  ],
  [
    { Variable: a, TimestampLessThan: '2026-01-01T00:00:00Z' },
    { a: '2025-12-31T23:59:59Z' },
    { a: '2026-01-01T00:00:00Z' },
  ],
  [{ Variable: a, IsPresent: true }, { a: null }, {}],
  [{ Variable: a, IsPresent: false }, {}, { a: 1 }],
  [{ Variable: a, IsNull: true }, { a: null }, { a: 1 }],
  [{ Variable: a, IsNull: false }, { a: 1 }, { a: null }],
  [{ Variable: a, IsString: false }, { a: 1 }, { a: 'x' }],
  [
    {
      And: [
        { Variable: a, IsPresent: true },
        { Variable: a, IsNumeric: true },
      ],
    },
    { a: 1 },
    { a: 'x' },
  ],
  [
    {
      Or: [
        { Variable: a, IsPresent: false },
        { Variable: a, NumericEquals: 1 },
      ],
    },
    {},
    { a: 2 },
  ],
  [{ Not: { Variable: a, StringEquals: 'x' } }, { a: 'y' }, { a: 'x' }],
  [{ Variable: '$$.Execution.Input.a', NumericEquals: 1 }, { a: 1 }, { a: 2 }],
])('%j', async ([rule, yes, no]) => {
  expect([await chooses(rule, yes), await chooses(rule, no)]).toStrictEqual(['yes', 'no']);
});

test('the input goes on as it came, but for its paths', async () => {
  const definition = {
    StartAt: 'Choose',
    States: {
      Choose: {
        Type: 'Choice',
        InputPath: '$.inner',
        OutputPath: '$.b',
        Choices: [{ Variable: '$.a', NumericEquals: 1, Next: 'Done' }],
      },
      Done: { Type: 'Succeed' },
    },
  };
  expect((await run(definition, { inner: { a: 1, b: [2] } })).end).toStrictEqual({ status: 'SUCCEEDED', output: [2] });
});

test('no rule that fits and no Default is States.NoChoiceMatched', async () => {
  const definition = {
    StartAt: 'Choose',
    States: {
      Choose: { Type: 'Choice', Choices: [{ Variable: '$.a', NumericEquals: 1, Next: 'Done' }] },
      Done: { Type: 'Succeed' },
    },
  };
  const { end } = await run(definition, { a: 2 });
  expect([end.status, end.error]).toStrictEqual(['FAILED', 'States.NoChoiceMatched']);
});

test('a variable that is not there fails the execution', async () => {
  const definition = {
    StartAt: 'Choose',
    States: {
      Choose: { Type: 'Choice', Choices: [{ Variable: '$.a', NumericEquals: 1, Next: 'Done' }], Default: 'Done' },
      Done: { Type: 'Succeed' },
    },
  };
  const { end } = await run(definition, {});
  expect([end.status, end.error]).toStrictEqual(['FAILED', 'States.Runtime']);
});
