import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSublevels } from '../../../local/step-functions/sublevels.ts';
import { openStore } from '../../../local/store.ts';
import { aMachine, machineArn, openAccount } from './account.ts';
import { endOf, historyOf, only, run } from './run.ts';

const task = { Type: 'Task', Resource: 'arn:aws:lambda:eu-west-1:123456789012:function:f' };

/** JSON of exactly so many bytes. */
function json(bytes: number): string {
  return 'x'.repeat(bytes - 2);
}

test('a result of 262,144 bytes passes and one byte more does not', async () => {
  const ending = async (bytes: number) => {
    const { end } = await run(only({ ...task, ResultPath: null }), {}, { invoke: async () => json(bytes) });
    return [end.status, end.error];
  };
  expect(await ending(262_144)).toStrictEqual(['SUCCEEDED', undefined]);
  expect(await ending(262_145)).toStrictEqual(['FAILED', 'States.DataLimitExceeded']);
});

test('bytes of UTF-8 count, not characters', async () => {
  const { end } = await run(only(task), {}, { invoke: async () => 'ü'.repeat(131_072) });
  expect(end.error).toBe('States.DataLimitExceeded');
});

test('parameters over the limit never reach the function', async () => {
  let calls = 0;
  const invoke = async () => ++calls;
  const half = json(140_000);
  const { end } = await run(only({ ...task, Parameters: { 'a.$': '$', 'b.$': '$' } }), half, { invoke });
  expect([end.error, calls]).toStrictEqual(['States.DataLimitExceeded', 0]);
});

test('an output over the limit fails its state, a Map with all its results too', async () => {
  const processor = only(task);
  const { end } = await run(only({ Type: 'Map', ItemProcessor: processor }), [1, 2], {
    invoke: async () => json(140_000),
  });
  expect(end).toStrictEqual({
    status: 'FAILED',
    error: 'States.DataLimitExceeded',
    cause: "The state/task 'It' returned a result that has a size exceeding the maximum number of bytes service limit.",
  });
});

test('an execution ends with its 25,000th event, and cannot be redriven', async () => {
  const endless = {
    StartAt: 'A',
    States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } },
  };
  const account = await openAccount({ machines: [aMachine('endless', endless)] });
  await account.service.startExecution({ stateMachineArn: machineArn('endless'), name: 'one', input: '{}' });
  await account.service.idle();
  expect(await endOf(account, 'endless', 'one')).toStrictEqual({
    status: 'FAILED',
    error: 'States.Runtime',
    cause: 'The execution reached the maximum number of history events (25000).',
  });
  const { detail } = account.events.at(-1) ?? {};
  expect([detail?.['redriveStatus'], detail?.['redriveStatusReason']]).toStrictEqual([
    'NOT_REDRIVABLE',
    'Execution history event limit exceeded',
  ]);
  expect((await historyOf(account, 'endless', 'one')).length).toBe(1000);
  await account.close();
});

test('executions that ended over 90 days ago are forgotten at the next start, younger ones are not', async () => {
  const day = 86_400_000;
  let now = 1_700_000_000_000;
  const machines = [aMachine('m', only({ Type: 'Pass' }))];
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-sfn-'));
  const first = await openAccount({ machines, folder, now: () => now });
  await first.service.startExecution({ stateMachineArn: machineArn('m'), name: 'old', input: '{}' });
  await first.service.idle();
  now += 2 * day;
  await first.service.startExecution({ stateMachineArn: machineArn('m'), name: 'young', input: '{}' });
  await first.service.idle();
  await first.close();
  now += 89 * day;
  await (await openAccount({ machines, folder, now: () => now })).close();
  const store = await openStore(join(folder, 'store'));
  const { executions, history, compressedHistories, positions, byStart } = openSublevels(store);
  const keys = await Promise.all(
    [executions, history, compressedHistories, positions, byStart].map((table) => table.keys().all()),
  );
  await store.close();
  await rm(folder, { recursive: true });
  expect(keys.map((some) => some.map((key) => key.replace(/\/\d{15}/u, '')))).toStrictEqual([
    ['m/young'],
    [],
    ['m/young'],
    [],
    ['m/ALL/young', 'm/SUCCEEDED/young'],
  ]);
});
