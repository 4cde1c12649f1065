import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { describe, resultOf } from '../../../cli/commands/failed.ts';
import { printRecovery } from '../../../cli/commands/redrive.ts';
import { findItem, groupFailures, listFailures, type FailedItem } from '../../../client/recovery/failures.ts';
import { Recovery } from '../../../client/recovery/recover.ts';
import { sendAnswer } from '../../../recording/replay/send-answer.ts';
import { ObjectCreatedEvent } from '../../../schemas/events.ts';
import { machineArn } from '../../../statemachines/registry.ts';
import { aTerminal, anAccount, throttled, type CliAccount } from '../account.ts';

let account: CliAccount;
beforeAll(async () => {
  account = await anAccount();
});
afterAll(() => account.close());
beforeEach(async () => {
  await account.clear();
});

/** One more than Retry allows. */
const TOO_OFTEN = 9;
const SEARCHES_FAIL = throttled('SearchFace', 'SearchFacesByImage', TOO_OFTEN);

async function fail(...keys: string[]): Promise<FailedItem[]> {
  for (const key of keys) {
    await account.answerAsIn('completed-one-face', SEARCHES_FAIL);
    await account.uploadAndWait(key);
  }
  account.takeInvokedStates();
  return listFailures(account.target, {});
}

async function redriven(items: readonly FailedItem[], settings: { dryRun?: boolean } = {}) {
  const terminal = aTerminal();
  const well = await printRecovery(account.target, terminal, items, { rate: 1000, ...settings });
  await account.target.idle?.();
  return { well, printed: terminal.printed, noted: terminal.noted };
}

const rowOf = async (id: string) => (await findItem(account.target, id)) as FailedItem;

test('a failed execution leaves a row that tells its error, cause, state and execution', async () => {
  const [work] = await fail('input/party/a.jpg');
  const { status, error, cause, failed_state, execution_arn } = work!;
  const execution = await account.sfn.send(new DescribeExecutionCommand({ executionArn: execution_arn }));
  expect({ status, error, cause, failed_state }).toStrictEqual({
    status: 'FAILED',
    error: 'ThrottlingException',
    cause: 'injected',
    failed_state: 'SearchFace',
  });
  expect([execution.status, execution.stateMachineArn]).toStrictEqual([
    'FAILED',
    machineArn(account.deployment, 'recognition'),
  ]);
});

test('failed groups by error and state', async () => {
  const items = await fail('input/a.jpg', 'input/b\n.jpg');
  await account.answerAsIn('enrolment-refused', throttled('CheckEnrolment', 'DetectFaces', TOO_OFTEN));
  await account.uploadAndWait('enroll/Robin/1.jpg');
  const groups = groupFailures(await listFailures(account.target, {}));
  const [first] = groups;
  expect(groups.map(({ error, state, items: of }) => [error, state, of.length])).toStrictEqual([
    ['ThrottlingException', 'SearchFace', 2],
    ['ThrottlingException', 'CheckEnrolment', 1],
  ]);
  expect(
    describe(first!)
      .split('\n')
      .filter((line) => !line.includes('uploaded')),
  ).toStrictEqual([
    'ThrottlingException in SearchFace: 2 failures',
    '  injected',
    '  a.jpg',
    String.raw`  b\n.jpg`,
    '  rollcall redrive --error ThrottlingException',
  ]);
  expect(resultOf(first!)).toStrictEqual({
    error: 'ThrottlingException',
    failed_state: 'SearchFace',
    count: 2,
    failures: items.map(({ timestamp, execution_arn }, index) => ({
      id: ['a.jpg', 'b\n.jpg'][index],
      landed: timestamp,
      execution_arn,
      cause: 'injected',
    })),
  });
});

test('failures are chosen by their error and by when they landed', async () => {
  const items = await fail('input/a.jpg');
  const found = async (filter: { error?: string; since?: Date }) => (await listFailures(account.target, filter)).length;
  const landed = new Date(items[0]!.timestamp);
  expect(await found({ error: 'ThrottlingException', since: landed })).toBe(1);
  expect(await found({ error: 'NetworkError' })).toBe(0);
  expect(await found({ since: new Date(landed.getTime() + 1000) })).toBe(0);
});

test('a redrive goes on where it stopped, and takes the failure off the row', async () => {
  const [work] = await fail('input/a.jpg');
  expect(await redriven([work!], { dryRun: true })).toStrictEqual({
    well: true,
    printed: ['1/1 would redrive a.jpg: goes on in SearchFace'],
    noted: ['Nothing was done; it would be: 1 redriven, 0 started anew, 0 left alone.'],
  });
  expect(account.takeInvokedStates()).toStrictEqual([]);
  expect(await redriven([work!])).toStrictEqual({
    well: true,
    printed: ['1/1 redrove a.jpg: goes on in SearchFace'],
    noted: ['1 redriven, 0 started anew, 0 left alone.'],
  });
  expect(account.takeInvokedStates()).toStrictEqual(['SearchFace', 'PersistFace', 'WriteProcessed']);
  const { status, error, cause, failed_state, execution_arn } = await rowOf('a.jpg');
  expect({ status, error, cause, failed_state, execution_arn }).toStrictEqual({
    status: 'COMPLETED',
    error: undefined,
    cause: undefined,
    failed_state: undefined,
    execution_arn: work!.execution_arn,
  });
});

test('what has succeeded since is left alone', async () => {
  const items = await fail('input/a.jpg');
  await redriven(items);
  account.takeInvokedStates();
  expect((await redriven(items)).printed).toStrictEqual(['1/1 left alone a.jpg: it is COMPLETED']);
  expect(account.takeInvokedStates()).toStrictEqual([]);
});

test('what succeeded without its outcome in the row is started anew', async () => {
  const items = await fail('input/a.jpg');
  await redriven(items);
  const lost = { ...items[0]!, error: 'OutcomeMissing' };
  await account.target.dynamoDb.send(new PutCommand({ TableName: account.deployment.results_table, Item: lost }));
  expect((await redriven([lost])).printed).toStrictEqual(['1/1 started anew a.jpg: its outcome is missing']);
  expect((await rowOf('a.jpg')).status).toBe('COMPLETED');
});

test('a second failure is redriven as the first was', async () => {
  const items = await fail('input/a.jpg');
  await account.answerAsIn('completed-one-face', SEARCHES_FAIL);
  await redriven(items);
  expect(await rowOf('a.jpg')).toStrictEqual({ ...items[0], failed_at: expect.any(String) as string });
  expect((await redriven(items)).printed).toStrictEqual(['1/1 redrove a.jpg: goes on in SearchFace']);
  expect((await rowOf('a.jpg')).status).toBe('COMPLETED');
});

// The recorded search finds Person 1: under another name the portrait would be refused as a look-alike.
test('an enrolment is redriven by its key', async () => {
  await account.answerAsIn('enrolment-failed', throttled('LoadEnrolment', 'none', 0));
  await account.uploadAndWait('enroll/Person 1/2.jpg');
  account.takeInvokedStates();
  const work = await rowOf('enroll/Person 1/2.jpg');
  await account.answerAsIn('enrolled');
  expect((await redriven([work])).printed).toStrictEqual(['1/1 redrove enroll/Person 1/2.jpg: goes on in IndexFace']);
  expect(account.takeInvokedStates()).toStrictEqual(['IndexFace', 'PersistPerson']);
  expect((await rowOf('enroll/Person 1/2.jpg')).status).toBe('ENROLLED');
});

test('what Step Functions has forgotten starts anew with the same input, and twice is once', async () => {
  const [work] = await fail('input/a.jpg');
  const { deployment, dynamoDb } = account;
  const forgotten = { ...work!, execution_arn: `${work!.execution_arn}-forgotten` };
  await dynamoDb.send(new PutCommand({ TableName: deployment.results_table, Item: forgotten }));
  const { printed } = await redriven([forgotten, forgotten]);
  expect(printed[0]).toBe('1/2 started anew a.jpg: its execution is forgotten');
  expect(account.takeInvokedStates().join(' ')).toBe('LoadImage DetectFaces SearchFace PersistFace WriteProcessed');
  const { execution_arn, ...row } = await rowOf('a.jpg');
  expect(row.status).toBe('COMPLETED');
  const inputOf = async (executionArn: string) => {
    const { input = '' } = await account.sfn.send(new DescribeExecutionCommand({ executionArn }));
    return ObjectCreatedEvent.parse(JSON.parse(input));
  };
  const [was, is] = [await inputOf(work!.execution_arn), await inputOf(execution_arn)];
  const sequencer = expect.stringMatching(new RegExp(`^${was.detail.object.sequencer}0*$`)) as string;
  expect(is).toStrictEqual({ ...was, detail: { ...was.detail, object: { ...was.detail.object, sequencer } } });
});

test('a state machine that has changed since starts anew', async () => {
  const [work] = await fail('input/a.jpg');
  account.setInterceptors({
    intercept: (call, serve) => (request, response) =>
      call.operation === 'DescribeStateMachine'
        ? void sendAnswer(call, request, response, { answer: { definition: '{}' } })
        : serve(request, response),
    interceptInvoke: (invoke) => invoke,
  });
  expect((await redriven([work!], { dryRun: true })).printed).toStrictEqual([
    '1/1 would start anew a.jpg: the state machine has changed since',
  ]);
});

test('what Step Functions will not redrive starts anew, with its reason', async () => {
  const [work] = await fail('input/a.jpg');
  await account.answerAsIn('completed-one-face');
  const refusal = { name: 'ExecutionNotRedrivable', message: 'It is too old.' };
  account.setInterceptors({
    intercept: (call, serve) => (request, response) =>
      call.operation === 'RedriveExecution'
        ? void sendAnswer(call, request, response, { error: refusal })
        : serve(request, response),
    interceptInvoke: () => () => Promise.reject(new Error('nothing runs here')),
  });
  expect((await redriven([work!])).printed).toStrictEqual(['1/1 started anew a.jpg: It is too old.']);
});

test('an execution that is older than its work files starts anew', async () => {
  const [work] = await fail('input/a.jpg');
  const late = new Date(Date.parse(work!.timestamp) + 7 * 24 * 3_600_000 + 60_000);
  const recovery = new Recovery(account.target, () => late);
  const terminal = aTerminal();
  await printRecovery(account.target, terminal, [work!], { rate: 1000, recovery });
  await account.target.idle?.();
  expect(terminal.printed).toStrictEqual(['1/1 started anew a.jpg: what it had worked out has expired']);
  expect((await rowOf('a.jpg')).status).toBe('COMPLETED');
});

test('a failure after the result was written is listed beside the result, and redriven', async () => {
  await account.answerAsIn('completed-one-face');
  account.loseAnswerOf('WriteProcessed');
  await account.uploadAndWait('input/a.jpg');
  const [work] = await listFailures(account.target, {});
  const { status, failed_state, failure, error } = work!;
  expect({ status, failed_state, failure, error }).toStrictEqual({
    status: 'COMPLETED',
    failed_state: 'WriteProcessed',
    failure: 'LATE',
    error: 'AnswerLost',
  });
  await account.answerAsIn('completed-one-face');
  account.takeInvokedStates();
  expect((await redriven([work!])).printed).toStrictEqual(['1/1 redrove a.jpg: goes on in WriteProcessed']);
  expect(account.takeInvokedStates()).toStrictEqual(['WriteProcessed']);
  expect(await listFailures(account.target, {})).toStrictEqual([]);
  expect((await rowOf('a.jpg')).status).toBe('COMPLETED');
});

test('a failure that nobody recorded is redriven by its name', async () => {
  const [work] = await fail('input/a.jpg');
  const { error: _, cause: __, failed_state: ___, failed_at: ____, ...row } = work!;
  const completed = { ...row, status: 'COMPLETED' } as FailedItem;
  await account.dynamoDb.send(new PutCommand({ TableName: account.deployment.results_table, Item: completed }));
  expect((await redriven([completed])).printed).toStrictEqual(['1/1 redrove a.jpg: goes on in the state that failed']);
});

test('interrupted, it goes on with the rest the next time', async () => {
  const items = await fail('input/a.jpg', 'input/b.jpg');
  const interruption = new AbortController();
  const terminal = aTerminal(interruption.signal);
  const print = (text: string) => {
    terminal.print(text);
    interruption.abort();
  };
  await expect(printRecovery(account.target, { ...terminal, print }, items, { rate: 0.001 })).rejects.toThrow(
    'aborted',
  );
  await account.target.idle?.();
  expect(terminal.printed).toStrictEqual(['1/2 redrove a.jpg: goes on in SearchFace']);
  expect((await redriven(items)).printed).toStrictEqual([
    '1/2 left alone a.jpg: it is COMPLETED',
    '2/2 redrove b.jpg: goes on in SearchFace',
  ]);
  expect([(await rowOf('a.jpg')).status, (await rowOf('b.jpg')).status]).toStrictEqual(['COMPLETED', 'COMPLETED']);
});
