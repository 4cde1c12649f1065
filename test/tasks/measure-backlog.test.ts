import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { run } from '../../tasks/measure-backlog.ts';
import { aMachine, machineArn, openAccount, type Account } from '../local/step-functions/account.ts';
import { aPhotoRecord } from '../support/builders.ts';
import { MACHINES } from '../support/machines.ts';
import { startTaskServices, type TaskServices } from '../support/task-services.ts';

const NAMES = ['recognition', 'enroll-face'] as const;

let services: TaskServices;
let account: Account;
let clock: number;
/** Whether a task fails. Otherwise it goes on for as long as the test. */
let failing: boolean;

beforeAll(async () => {
  services = await startTaskServices();
});
beforeEach(async () => {
  failing = false;
  account = await openAccount({
    machines: NAMES.map((name) => aMachine(name, MACHINES[name])),
    invoke: () => (failing ? Promise.reject(new Error('failed')) : new Promise(() => {})),
    now: () => clock,
  });
});
afterEach(() => account.close());
afterAll(() => services.close());

const photo = (image_id: string, status: 'PROCESSING' | 'COMPLETED' | 'FAILED', timestamp: string) =>
  services.putRow('results', aPhotoRecord({ image_id, status, timestamp }));
const start = (machine: (typeof NAMES)[number], time: string) => {
  clock = Date.parse(time);
  return account.service.startExecution({ stateMachineArn: machineArn(machine), input: '{"time":"","detail":{}}' });
};
const measured = (time = '2026-03-01T12:00:00Z') =>
  run({ time }, { ...services, sfn: account.sfn, machineArns: NAMES.map(machineArn), sleep: async () => {} });

test('photos and portraits that are not claimed yet count: their executions do', async () => {
  await start('recognition', '2026-03-01T11:59:00Z');
  expect(await measured()).toStrictEqual({ oldest_seconds: 60, running: 1 });
  await start('enroll-face', '2026-03-01T11:50:00Z');
  expect(await measured()).toStrictEqual({ oldest_seconds: 600, running: 2 });
});

test('an execution that has ended does not count', async () => {
  failing = true;
  await start('recognition', '2026-03-01T11:00:00Z');
  await account.service.idle();
  expect(await measured()).toStrictEqual({ oldest_seconds: 0, running: 0 });
});

test('measures the age of the oldest photo that is under way, whatever else there is', async () => {
  expect(await measured()).toStrictEqual({ oldest_seconds: 0, running: 0 });
  await photo('done.jpg', 'COMPLETED', '2026-03-01T10:00:00.000Z');
  await photo('failed.jpg', 'FAILED', '2026-03-01T10:00:00.000Z');
  expect(await measured()).toStrictEqual({ oldest_seconds: 0, running: 0 });
  await photo('new.jpg', 'PROCESSING', '2026-03-01T11:59:50.000Z');
  expect(await measured()).toStrictEqual({ oldest_seconds: 10, running: 0 });
  await photo('old.jpg', 'PROCESSING', '2026-03-01T11:00:00.000Z');
  expect(await measured()).toStrictEqual({ oldest_seconds: 3600, running: 0 });
});

test('a photo that was uploaded after the schedule fired is no backlog', async () => {
  expect(await measured('2026-03-01T10:30:00Z')).toStrictEqual({ oldest_seconds: 0, running: 0 });
});
