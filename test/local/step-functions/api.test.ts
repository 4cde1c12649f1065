import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  GetExecutionHistoryCommand,
  InvalidArn,
  InvalidExecutionInput,
  InvalidName,
  InvalidToken,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  ListTagsForResourceCommand,
  paginateGetExecutionHistory,
  paginateListExecutions,
  StartExecutionCommand,
  StateMachineDoesNotExist,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { aMachine, aTask, executionArn, machineArn, openAccount, type Account } from './account.ts';

const start = 1_700_000_000_000;
let account: Account;
let now: number;

const double = aMachine('double', { StartAt: 'Double', States: { Double: aTask('double', { End: true }) } });
const waiting = aMachine('waiting', { StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 3600, End: true } } });
const failing = aMachine('failing', { StartAt: 'No', States: { No: { Type: 'Fail', Error: 'Refused', Cause: 'no' } } });

beforeEach(async () => {
  now = start;
  account = await openAccount({
    machines: [double, waiting, failing],
    functions: { double: 'export const handler = async ({ n }) => ({ n: n * 2 });' },
    // Each look at the clock is a second later, so that every time differs.
    now: () => (now += 1000),
    sleep: (_, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
  });
});
afterEach(() => account.close());

async function begin(machine: string, name: string, input = '{}') {
  return account.sfn.send(new StartExecutionCommand({ stateMachineArn: machineArn(machine), name, input }));
}

async function described(machine: string, name: string) {
  const command = new DescribeExecutionCommand({ executionArn: executionArn(machine, name) });
  const { $metadata: _, ...description } = await account.sfn.send(command);
  return description;
}

test('an execution is started, runs and is described', async () => {
  const { executionArn: arn, startDate } = await begin('double', 'one', '{"n": 21}');
  await account.service.idle();
  const description = await described('double', 'one');
  expect(description).toStrictEqual({
    executionArn: arn,
    stateMachineArn: machineArn('double'),
    name: 'one',
    status: 'SUCCEEDED',
    startDate,
    stopDate: description.stopDate,
    input: '{"n": 21}',
    inputDetails: { included: true },
    output: '{"n":42}',
    outputDetails: { included: true },
    redriveCount: 0,
    redriveStatus: 'NOT_REDRIVABLE',
    redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
  });
  expect(description.stopDate?.getTime()).toBeGreaterThan(startDate?.getTime() ?? Infinity);
});

test('a failed execution has its error and can be redriven', async () => {
  const { startDate } = await begin('failing', 'one');
  await account.service.idle();
  const description = await described('failing', 'one');
  expect(description).toStrictEqual({
    executionArn: executionArn('failing', 'one'),
    stateMachineArn: machineArn('failing'),
    name: 'one',
    status: 'FAILED',
    startDate,
    stopDate: description.stopDate,
    input: '{}',
    inputDetails: { included: true },
    error: 'Refused',
    cause: 'no',
    redriveCount: 0,
    redriveStatus: 'REDRIVABLE',
  });
});

test('without a name it gets one, without an input it gets an empty object', async () => {
  const { executionArn: arn } = await account.sfn.send(
    new StartExecutionCommand({ stateMachineArn: machineArn('failing') }),
  );
  const { input } = await account.sfn.send(new DescribeExecutionCommand({ executionArn: arn }));
  expect(input).toBe('{}');
});

test('the same name and input of a running execution are the same execution', async () => {
  const first = await begin('waiting', 'one', '{"a":1}');
  const again = await begin('waiting', 'one', '{"a":1}');
  expect([again.executionArn, again.startDate]).toStrictEqual([first.executionArn, first.startDate]);
});

test('a name is taken: by a running execution of another input, and by one that has ended', async () => {
  await begin('waiting', 'one', '{"a":1}');
  await expect(begin('waiting', 'one', '{"a":2}')).rejects.toBeInstanceOf(ExecutionAlreadyExists);
  await begin('failing', 'one');
  await expect.poll(async () => (await described('failing', 'one')).status).toBe('FAILED');
  await expect(begin('failing', 'one')).rejects.toBeInstanceOf(ExecutionAlreadyExists);
});

test('of two starts at once with one name one execution comes', async () => {
  const both = await Promise.all([begin('waiting', 'one'), begin('waiting', 'one')]);
  expect(both[0]?.startDate).toStrictEqual(both[1]?.startDate);
  const { executions } = await account.sfn.send(new ListExecutionsCommand({ stateMachineArn: machineArn('waiting') }));
  expect(executions?.map(({ name }) => name)).toStrictEqual(['one']);
});

test.for(['', 'x'.repeat(81), 'a b', 'a/b', 'a:b', 'a#b', 'a%b', 'a*b', 'a[b', 'a|b', 'a\u0085b', 'a\nb'])(
  'the name %j is refused',
  async (name) => {
    await expect(begin('double', name)).rejects.toBeInstanceOf(InvalidName);
  },
);

test.for(['x'.repeat(80), 'grüße', 'a.b-c_d+e@f=g!(h)', '写真'])('the name %j is taken', async (name) => {
  const { executionArn: arn } = await begin('waiting', name);
  expect(arn).toBe(executionArn('waiting', name));
});

test('an input that is no JSON or over 262,144 bytes of UTF-8 is refused', async () => {
  await expect(begin('double', 'one', '{')).rejects.toBeInstanceOf(InvalidExecutionInput);
  const fits = JSON.stringify('ü'.repeat((262_144 - 2) / 2));
  await expect(begin('waiting', 'fits', fits)).resolves.toMatchObject({
    executionArn: executionArn('waiting', 'fits'),
  });
  await expect(begin('waiting', 'over', `${fits} `)).rejects.toBeInstanceOf(InvalidExecutionInput);
});

test('what is not there is refused by name', async () => {
  await expect(begin('nobody', 'one')).rejects.toBeInstanceOf(StateMachineDoesNotExist);
  await expect(described('double', 'nobody')).rejects.toBeInstanceOf(ExecutionDoesNotExist);
  const missing = { executionArn: executionArn('double', 'nobody') };
  await expect(account.sfn.send(new GetExecutionHistoryCommand(missing))).rejects.toBeInstanceOf(ExecutionDoesNotExist);
  await expect(account.sfn.send(new StopExecutionCommand(missing))).rejects.toBeInstanceOf(ExecutionDoesNotExist);
  const noArn = { executionArn: 'not-an-arn' };
  await expect(account.sfn.send(new DescribeExecutionCommand(noArn))).rejects.toBeInstanceOf(InvalidArn);
});

test('executions are listed newest first, by status and in pages', async () => {
  for (const name of ['a', 'b', 'c']) await begin('failing', name);
  await account.service.idle();
  for (const name of ['d', 'e']) await begin('waiting', name);
  const names = async (request: { machine: string; statusFilter?: 'FAILED' | 'RUNNING' }) => {
    const { machine, ...filter } = request;
    const pages: string[][] = [];
    const input = { stateMachineArn: machineArn(machine), maxResults: 2, ...filter };
    for await (const { executions } of paginateListExecutions({ client: account.sfn }, input)) {
      pages.push(executions?.map(({ name = '' }) => name) ?? []);
    }
    return pages;
  };
  expect(await names({ machine: 'failing' })).toStrictEqual([['c', 'b'], ['a']]);
  expect(await names({ machine: 'failing', statusFilter: 'FAILED' })).toStrictEqual([['c', 'b'], ['a']]);
  expect(await names({ machine: 'failing', statusFilter: 'RUNNING' })).toStrictEqual([[]]);
  expect(await names({ machine: 'waiting', statusFilter: 'RUNNING' })).toStrictEqual([['e', 'd']]);
  const wrong = new ListExecutionsCommand({ stateMachineArn: machineArn('failing'), nextToken: 'nonsense' });
  await expect(account.sfn.send(wrong)).rejects.toBeInstanceOf(InvalidToken);
});

test('the history of an execution is the one that the service writes', async () => {
  const { executionArn: arn } = await begin('double', 'one', '{"n":1}');
  await account.service.idle();
  const { events } = await account.sfn.send(new GetExecutionHistoryCommand({ executionArn: arn }));
  const whole = { truncated: false };
  const lambda = { resourceType: 'lambda', resource: 'invoke' };
  expect(events?.map(({ timestamp, ...event }) => [timestamp instanceof Date, event])).toStrictEqual(
    [
      {
        type: 'ExecutionStarted',
        id: 1,
        previousEventId: 0,
        executionStartedEventDetails: { input: '{"n":1}', inputDetails: whole, roleArn: double.roleArn },
      },
      {
        type: 'TaskStateEntered',
        id: 2,
        previousEventId: 0,
        stateEnteredEventDetails: { name: 'Double', input: '{"n":1}', inputDetails: whole },
      },
      {
        type: 'TaskScheduled',
        id: 3,
        previousEventId: 2,
        taskScheduledEventDetails: {
          ...lambda,
          region: 'eu-west-1',
          parameters: '{"FunctionName":"double","Payload":{"n":1}}',
        },
      },
      { type: 'TaskStarted', id: 4, previousEventId: 3, taskStartedEventDetails: lambda },
      {
        type: 'TaskSucceeded',
        id: 5,
        previousEventId: 4,
        taskSucceededEventDetails: {
          ...lambda,
          output: '{"ExecutedVersion":"$LATEST","Payload":{"n":2},"StatusCode":200}',
          outputDetails: whole,
        },
      },
      {
        type: 'TaskStateExited',
        id: 6,
        previousEventId: 5,
        stateExitedEventDetails: { name: 'Double', output: '{"n":2}', outputDetails: whole },
      },
      {
        type: 'ExecutionSucceeded',
        id: 7,
        previousEventId: 6,
        executionSucceededEventDetails: { output: '{"n":2}', outputDetails: whole },
      },
    ].map((event) => [true, event]),
  );
});

test('a history is read in pages, backwards, and without its data', async () => {
  const { executionArn: arn } = await begin('double', 'one', '{"n":1}');
  await account.service.idle();
  const ids = async (reverseOrder: boolean) => {
    const pages: unknown[] = [];
    const input = { executionArn: arn, maxResults: 3, reverseOrder };
    for await (const { events } of paginateGetExecutionHistory({ client: account.sfn }, input)) {
      pages.push(events?.map(({ id }) => id));
    }
    return pages;
  };
  expect(await ids(false)).toStrictEqual([[1, 2, 3], [4, 5, 6], [7]]);
  expect(await ids(true)).toStrictEqual([[7, 6, 5], [4, 3, 2], [1]]);
  const bare = new GetExecutionHistoryCommand({ executionArn: arn, includeExecutionData: false, maxResults: 1 });
  const { events } = await account.sfn.send(bare);
  expect(events?.[0]?.executionStartedEventDetails).toStrictEqual({ roleArn: double.roleArn });
});

test('a running execution is stopped, once', async () => {
  const { executionArn: arn } = await begin('waiting', 'one');
  const history = new GetExecutionHistoryCommand({ executionArn: arn });
  const types = async () => (await account.sfn.send(history)).events?.map(({ type }) => type);
  await expect.poll(types).toStrictEqual(['ExecutionStarted', 'WaitStateEntered']);
  const stop = new StopExecutionCommand({ executionArn: arn, error: 'Enough', cause: 'by hand' });
  const { stopDate } = await account.sfn.send(stop);
  const again = await account.sfn.send(new StopExecutionCommand({ executionArn: arn, error: 'Other' }));
  expect(again.stopDate).toStrictEqual(stopDate);
  await account.service.idle();
  const { status, error, cause, redriveStatus } = await described('waiting', 'one');
  expect({ status, error, cause, redriveStatus }).toStrictEqual({
    status: 'ABORTED',
    error: 'Enough',
    cause: 'by hand',
    redriveStatus: 'REDRIVABLE',
  });
  expect(await types()).toStrictEqual(['ExecutionStarted', 'WaitStateEntered', 'ExecutionAborted']);
});

test('state machines are listed and described', async () => {
  const { stateMachines } = await account.sfn.send(new ListStateMachinesCommand({}));
  expect(stateMachines?.map(({ name, stateMachineArn, type }) => ({ name, stateMachineArn, type }))).toStrictEqual(
    ['double', 'waiting', 'failing'].map((name) => ({ name, stateMachineArn: machineArn(name), type: 'STANDARD' })),
  );
  const { executionArn: arn } = await begin('waiting', 'one');
  const ofOne = await account.sfn.send(new DescribeStateMachineForExecutionCommand({ executionArn: arn }));
  const machine = await account.sfn.send(new DescribeStateMachineCommand({ stateMachineArn: machineArn('waiting') }));
  const { $metadata: _, creationDate, ...description } = machine;
  expect(description).toStrictEqual({
    stateMachineArn: machineArn('waiting'),
    name: 'waiting',
    status: 'ACTIVE',
    definition: waiting.definition,
    roleArn: waiting.roleArn,
    type: 'STANDARD',
  });
  expect([ofOne.definition, ofOne.updateDate]).toStrictEqual([waiting.definition, creationDate]);
  const tags = await account.sfn.send(new ListTagsForResourceCommand({ resourceArn: machineArn('waiting') }));
  expect(tags.tags).toStrictEqual([]);
});
