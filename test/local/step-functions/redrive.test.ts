import {
  DescribeExecutionCommand,
  ExecutionNotRedrivable,
  ListExecutionsCommand,
  RedriveExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterEach, expect, test } from 'vitest';
import { LambdaError } from '../../../local/lambda/errors.ts';
import { aMachine, executionArn, machineArn, openAccount, type Account } from './account.ts';
import { endOf, historyOf, only, typesOf } from './run.ts';

let account: Account;
afterEach(() => account.close());

const arn = executionArn('m', 'e');
const aTask = (name: string, overrides: object = {}) => ({
  Type: 'Task',
  Resource: `arn:aws:lambda:eu-west-1:123456789012:function:${name}`,
  ...overrides,
});

/** Functions that count their calls by name and payload, and fail while told to. */
function counting() {
  const calls: string[] = [];
  const broken = new Set<string>();
  const invoke = async (name: string, payload: unknown) => {
    const call = `${name.split(':').at(-1)} ${JSON.stringify(payload)}`;
    calls.push(call);
    if (broken.has(call)) throw new LambdaError('Broken', call);
    return payload;
  };
  return { calls, broken, invoke };
}

async function start(input: unknown = {}): Promise<void> {
  await account.service.startExecution({ stateMachineArn: machineArn('m'), name: 'e', input: JSON.stringify(input) });
  await account.service.idle();
}

async function redrive(): Promise<void> {
  await account.sfn.send(new RedriveExecutionCommand({ executionArn: arn }));
  await account.service.idle();
}

const faces = {
  StartAt: 'Detect',
  States: {
    Detect: aTask('detect', { ResultPath: null, Next: 'Each' }),
    Each: {
      Type: 'Map',
      MaxConcurrency: 2,
      ItemProcessor: {
        StartAt: 'Search',
        States: { Search: aTask('search', { Next: 'Persist' }), Persist: aTask('persist', { End: true }) },
      },
      Next: 'Write',
    },
    Write: aTask('write', { End: true }),
  },
};

test('a redrive goes on at the failed state, and in a Map runs only what had not succeeded', async () => {
  const { calls, broken, invoke } = counting();
  account = await openAccount({ machines: [aMachine('m', faces)], invoke });
  broken.add('persist 3');
  await start([1, 2, 3, 4, 5]);
  expect(await endOf(account, 'm', 'e')).toStrictEqual({ status: 'FAILED', error: 'Broken', cause: 'persist 3' });
  const before = calls.splice(0);
  expect(before.filter((call) => call.startsWith('detect'))).toStrictEqual(['detect [1,2,3,4,5]']);
  const succeeded = before.filter((call) => call !== 'persist 3');
  broken.clear();

  await redrive();
  expect(await endOf(account, 'm', 'e')).toStrictEqual({ status: 'SUCCEEDED', output: [1, 2, 3, 4, 5] });
  expect(calls.filter((call) => succeeded.includes(call))).toStrictEqual([]);
  expect([...succeeded, ...calls].toSorted()).toStrictEqual(
    [
      'detect [1,2,3,4,5]',
      ...[1, 2, 3, 4, 5].flatMap((n) => [`persist ${n}`, `search ${n}`]),
      'write [1,2,3,4,5]',
    ].toSorted(),
  );
});

test('the history of a redrive is appended to that of before', async () => {
  const { broken, invoke } = counting();
  // The first face has ended before the second one fails.
  const Each = { ...faces.States.Each, MaxConcurrency: 1 };
  const oneByOne = { ...faces, States: { ...faces.States, Each } };
  account = await openAccount({ machines: [aMachine('m', oneByOne)], invoke });
  broken.add('search 2');
  await start([1, 2]);
  broken.clear();
  const before = await historyOf(account, 'm', 'e');
  await redrive();
  const after = await historyOf(account, 'm', 'e');
  expect(after.slice(0, before.length)).toStrictEqual(before);
  expect(after.map(({ id }) => id)).toStrictEqual(after.map((_, index) => index + 1));
  expect(after[before.length]?.executionRedrivenEventDetails).toStrictEqual({ redriveCount: 1 });
  const types = typesOf(after.slice(before.length));
  expect(types.filter((type) => !type.startsWith('LambdaFunction'))).toStrictEqual([
    'ExecutionRedriven',
    'TaskStateExited Search',
    'TaskStateEntered Persist',
    'TaskStateExited Persist',
    'MapIterationSucceeded 1',
    'MapStateSucceeded',
    'MapStateExited Each',
    'TaskStateEntered Write',
    'TaskStateExited Write',
    'ExecutionSucceeded',
  ]);
});

test('retries are counted anew, and payloads that are alike are not taken for each other', async () => {
  const { calls, broken, invoke } = counting();
  const Retry = [{ ErrorEquals: ['Broken'], MaxAttempts: 2 }];
  const map = { Type: 'Map', ItemProcessor: only(aTask('same', { Retry })) };
  account = await openAccount({ machines: [aMachine('m', only(map))], invoke });
  broken.add('same "x"');
  await start(['x', 'x']);
  expect(calls.length).toBe(6);
  await redrive();
  expect(calls.length).toBe(12);
  broken.clear();
  await redrive();
  expect(calls.length).toBe(14);
  expect(await endOf(account, 'm', 'e')).toStrictEqual({ status: 'SUCCEEDED', output: ['x', 'x'] });
});

test('a redriven execution tells so, keeps its ARN and start, and is listed as redriven', async () => {
  const { broken, invoke } = counting();
  let now = 1_700_000_000_000;
  account = await openAccount({ machines: [aMachine('m', only(aTask('f')))], invoke, now: () => (now += 1000) });
  broken.add('f {}');
  await start();
  const before = await account.sfn.send(new DescribeExecutionCommand({ executionArn: arn }));
  broken.clear();
  const { redriveDate } = await account.sfn.send(new RedriveExecutionCommand({ executionArn: arn }));
  await account.service.idle();
  const { $metadata: _, ...after } = await account.sfn.send(new DescribeExecutionCommand({ executionArn: arn }));
  expect(after).toStrictEqual({
    executionArn: arn,
    stateMachineArn: machineArn('m'),
    name: 'e',
    status: 'SUCCEEDED',
    startDate: before.startDate,
    stopDate: after.stopDate,
    input: '{}',
    inputDetails: { included: true },
    output: '{}',
    outputDetails: { included: true },
    redriveCount: 1,
    redriveDate,
    redriveStatus: 'NOT_REDRIVABLE',
    redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
  });
  const list = async (redriveFilter: 'REDRIVEN' | 'NOT_REDRIVEN') => {
    const command = new ListExecutionsCommand({ stateMachineArn: machineArn('m'), redriveFilter });
    return (await account.sfn.send(command)).executions?.map(({ name }) => name);
  };
  expect([await list('REDRIVEN'), await list('NOT_REDRIVEN')]).toStrictEqual([['e'], []]);
});

test('a redrive uses the definition that the execution started with', async () => {
  const { calls, broken, invoke } = counting();
  account = await openAccount({ machines: [aMachine('m', only(aTask('old')))], invoke });
  broken.add('old {}');
  await start();
  broken.clear();
  await account.service.setStateMachines([aMachine('m', only(aTask('new')))]);
  await redrive();
  expect(calls).toStrictEqual(['old {}', 'old {}']);
});

test('an execution that ended in a Fail state reaches it again', async () => {
  const { calls, invoke } = counting();
  const definition = {
    StartAt: 'F',
    States: { F: aTask('f', { Next: 'No' }), No: { Type: 'Fail', Error: 'No', Cause: 'never' } },
  };
  account = await openAccount({ machines: [aMachine('m', definition)], invoke });
  await start();
  await redrive();
  expect(calls).toStrictEqual(['f {}']);
  expect(await endOf(account, 'm', 'e')).toStrictEqual({ status: 'FAILED', error: 'No', cause: 'never' });
});

test('a stopped execution is redriven from where it stood', async () => {
  const { calls, invoke } = counting();
  const definition = {
    StartAt: 'F',
    States: {
      F: aTask('f', { Next: 'Wait' }),
      Wait: { Type: 'Wait', Seconds: 60, Next: 'G' },
      G: aTask('g', { End: true }),
    },
  };
  const entered = Promise.withResolvers<void>();
  let blocked = true;
  account = await openAccount({
    machines: [aMachine('m', definition)],
    invoke,
    sleep: (_, signal) =>
      blocked ? new Promise((resolve) => signal.addEventListener('abort', () => resolve())) : Promise.resolve(),
    onHistoryEvent: (_, { type }) => type === 'WaitStateEntered' && entered.resolve(),
  });
  await account.service.startExecution({ stateMachineArn: machineArn('m'), name: 'e', input: '{}' });
  await entered.promise;
  await account.sfn.send(new StopExecutionCommand({ executionArn: arn }));
  blocked = false;
  await redrive();
  expect(calls).toStrictEqual(['f {}', 'g {}']);
});

test('what succeeded, runs, or ended over 14 days ago is not redriven', async () => {
  const { broken, invoke } = counting();
  let now = 1_700_000_000_000;
  const waits = only({ Type: 'Wait', Seconds: 9 });
  account = await openAccount({
    machines: [aMachine('m', only(aTask('f'))), aMachine('waits', waits)],
    invoke,
    now: () => now,
    sleep: (_, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
  });
  const refusal = async (which: string) =>
    account.sfn.send(new RedriveExecutionCommand({ executionArn: which })).then(
      () => 'redriven',
      (error: unknown) => (error instanceof ExecutionNotRedrivable ? error.message : error),
    );
  broken.add('f {}');
  await start();
  now += 14 * 86_400_000 + 1;
  expect(await refusal(arn)).toBe('Execution is past the 14 day redrivable period and cannot be redriven');
  now -= 1;
  broken.clear();
  await redrive();
  expect(await refusal(arn)).toBe('Execution is SUCCEEDED and cannot be redriven');
  await account.service.startExecution({ stateMachineArn: machineArn('waits'), name: 'w', input: '{}' });
  expect(await refusal(executionArn('waits', 'w'))).toBe('Execution is RUNNING and cannot be redriven');
});
