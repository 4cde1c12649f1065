import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EventBridgeEvent } from '../../../local/events/event.ts';
import { LambdaError } from '../../../local/lambda/errors.ts';
import { aMachine, executionArn, machineArn, openAccount } from './account.ts';
import { endOf, only } from './run.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-sfn-'));
});
afterEach(() => rm(folder, { recursive: true }));

const task = { Type: 'Task', Resource: 'arn:aws:lambda:eu-west-1:123456789012:function:f' };
const machines = [aMachine('m', only(task))];
const start = { stateMachineArn: machineArn('m'), name: 'e', input: '{"a":1}' };
const echo = async (_: string, payload: unknown) => payload;

function statuses(events: readonly EventBridgeEvent[]): unknown[] {
  return events.map(({ detail }) => detail['status']);
}

test('each change of status is told as EventBridge tells it', async () => {
  let now = 1_700_000_000_000;
  let ids = 0;
  const invoke = async () => {
    throw new LambdaError('Broken', 'why');
  };
  const account = await openAccount({ machines, folder, invoke, now: () => (now += 1000), newId: () => `id-${++ids}` });
  const { startDate } = await account.service.startExecution(start);
  await account.service.idle();
  const [running, failed] = account.events;
  await account.close();
  const detail = {
    executionArn: executionArn('m', 'e'),
    stateMachineArn: machineArn('m'),
    name: 'e',
    status: 'RUNNING',
    startDate: startDate.getTime(),
    stopDate: null,
    input: '{"a":1}',
    inputDetails: { included: true },
    output: null,
    outputDetails: null,
    stateMachineVersionArn: null,
    stateMachineAliasArn: null,
    redriveCount: 0,
    redriveDate: null,
    redriveStatus: 'NOT_REDRIVABLE',
    redriveStatusReason: 'Execution is RUNNING and cannot be redriven',
    error: null,
    cause: null,
  };
  const event = {
    version: '0',
    id: 'id-1',
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    account: '123456789012',
    time: running?.time,
    region: 'eu-west-1',
    resources: [executionArn('m', 'e')],
    detail,
  };
  expect(running).toStrictEqual(event);
  expect(running?.time).toMatch(/^2023-11-14T22:13:\d\dZ$/u);
  const stopDate = failed?.detail['stopDate'];
  const ended = { status: 'FAILED', stopDate, error: 'Broken', cause: 'why' };
  expect(failed).toStrictEqual({
    ...event,
    id: 'id-2',
    time: failed?.time,
    detail: { ...detail, ...ended, redriveStatus: 'REDRIVABLE', redriveStatusReason: null },
  });
  expect(stopDate).toBeGreaterThan(startDate.getTime());
});

test('an event that the bus refuses stays until it takes it, and order is kept', async () => {
  const taken: unknown[] = [];
  let refusals = 1;
  const problems: unknown[] = [];
  const account = await openAccount({
    machines,
    folder,
    invoke: echo,
    report: (error) => problems.push(error),
    onStatusChange: async ({ detail }) => {
      if (refusals-- > 0) throw new Error('no bus');
      taken.push(detail['status']);
    },
  });
  await account.service.startExecution(start);
  await account.service.idle();
  await account.close();
  expect([taken, problems]).toStrictEqual([['RUNNING', 'SUCCEEDED'], [new Error('no bus')]]);
});

test('events that the bus had not taken when the process ended are told at the next start', async () => {
  const first = await openAccount({
    machines,
    folder,
    invoke: echo,
    report: () => {},
    onStatusChange: () => Promise.reject(new Error('down')),
  });
  await first.service.startExecution(start);
  await expect.poll(async () => (await endOf(first, 'm', 'e')).status).toBe('SUCCEEDED');
  await first.close();
  const second = await openAccount({ machines, folder });
  await second.service.idle();
  await second.close();
  expect(statuses(second.events)).toStrictEqual(['RUNNING', 'SUCCEEDED']);
});

test('closing leaves what runs to the next start, which says nothing of it but its end', async () => {
  const reached = Promise.withResolvers<void>();
  const stuck = async () => {
    reached.resolve();
    return new Promise(() => {});
  };
  const first = await openAccount({ machines, folder, invoke: stuck });
  await first.service.startExecution(start);
  await reached.promise;
  await first.close();
  const second = await openAccount({ machines, folder, invoke: echo });
  await second.service.idle();
  const end = await endOf(second, 'm', 'e');
  await second.close();
  expect([statuses(first.events), statuses(second.events), end]).toStrictEqual([
    ['RUNNING'],
    ['SUCCEEDED'],
    { status: 'SUCCEEDED', output: { a: 1 } },
  ]);
});

test('the time between two processes does not count against an execution', async () => {
  const timed = [aMachine('m', { TimeoutSeconds: 60, ...only(task) })];
  const reached = Promise.withResolvers<void>();
  const stuck = async () => {
    reached.resolve();
    return new Promise(() => {});
  };
  const first = await openAccount({ machines: timed, folder, invoke: stuck, now: () => 1_700_000_000_000 });
  await first.service.startExecution(start);
  await reached.promise;
  await first.close();
  const second = await openAccount({ machines: timed, folder, invoke: echo, now: () => 1_700_086_400_000 });
  await second.service.idle();
  const end = await endOf(second, 'm', 'e');
  await second.close();
  expect(end).toStrictEqual({ status: 'SUCCEEDED', output: { a: 1 } });
});

test('no more executions run at once than allowed; the others are RUNNING, can be stopped, and run in turn', async () => {
  let now = 0;
  let most = 0;
  const gate = Promise.withResolvers<void>();
  const seen: unknown[] = [];
  const invoke = async (_: string, payload: unknown) => {
    most = Math.max(most, ++now);
    await gate.promise;
    seen.push(payload);
    now -= 1;
  };
  const account = await openAccount({ machines, folder, invoke, maxConcurrentExecutions: 2 });
  for (let n = 0; n < 6; n++) await account.service.startExecution({ ...start, name: `e${n}`, input: `${n}` });
  expect(await endOf(account, 'm', 'e5')).toStrictEqual({ status: 'RUNNING' });
  await account.sfn.send(new StopExecutionCommand({ executionArn: executionArn('m', 'e4') }));
  gate.resolve();
  await account.service.idle();
  const ended = await Promise.all([0, 1, 2, 3, 4, 5].map(async (n) => (await endOf(account, 'm', `e${n}`)).status));
  await account.close();
  expect([most, seen.toSorted()]).toStrictEqual([2, [0, 1, 2, 3, 5]]);
  expect(ended).toStrictEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED', 'ABORTED', 'SUCCEEDED']);
});
