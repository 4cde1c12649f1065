import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../../tasks/measure-backlog.ts';
import { startTaskServices, type TaskServices } from '../support/task-services.ts';

let services: TaskServices;
beforeAll(async () => {
  services = await startTaskServices();
});
afterAll(() => services.close());

const photo = (image_id: string, status: string, timestamp: string) =>
  services.putRow('results', { image_id, record: 'photo', status, timestamp });
const measured = () => run({ time: '2026-03-01T12:00:00Z' }, services);

test('measures the age of the oldest photo that is under way, whatever else there is', async () => {
  expect(await measured()).toStrictEqual({ oldest_seconds: 0 });
  await photo('done.jpg', 'COMPLETED', '2026-03-01T10:00:00.000Z');
  await photo('failed.jpg', 'FAILED', '2026-03-01T10:00:00.000Z');
  expect(await measured()).toStrictEqual({ oldest_seconds: 0 });
  await photo('new.jpg', 'PROCESSING', '2026-03-01T11:59:50.000Z');
  expect(await measured()).toStrictEqual({ oldest_seconds: 10 });
  await photo('old.jpg', 'PROCESSING', '2026-03-01T11:00:00.000Z');
  expect(await measured()).toStrictEqual({ oldest_seconds: 3600 });
});

test('a photo that was uploaded after the schedule fired is no backlog', async () => {
  expect(await run({ time: '2026-03-01T10:30:00Z' }, services)).toStrictEqual({ oldest_seconds: 0 });
});
