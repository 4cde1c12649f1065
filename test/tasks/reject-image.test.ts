import { afterAll, beforeAll, expect, test } from 'vitest';
import { paddedSequencer } from '../../schemas/keys.ts';
import { run } from '../../tasks/reject-image.ts';
import { aFaceRecord, anInput, ANOTHER_EXECUTION, aPhotoRecord, ETAG, EVENT_TIME } from '../support/builders.ts';
import { startTaskServices, BUCKET, NOW, type TaskServices } from '../support/task-services.ts';

let services: TaskServices;
beforeAll(async () => {
  services = await startTaskServices();
});
afterAll(() => services.close());

const CAUSE = JSON.stringify({ errorType: 'ImageEmpty', errorMessage: 'No bytes. Upload it again.', trace: [] });
const input = (name: string, Cause = CAUSE) => ({
  ...anInput({ key: `input/${name}.jpg` }),
  error: { Error: 'ImageEmpty', Cause },
});
const ended = (name: string, status: string) => ({
  status,
  image_id: `${name}.jpg`,
  bucket: BUCKET,
  processed_key: `processed/${name}.json`,
  faces: {},
});
const aRowOf = (name: string, overrides: Parameters<typeof aPhotoRecord>[0] = {}) =>
  aPhotoRecord({ image_id: `${name}.jpg`, key: `input/${name}.jpg`, ...overrides });
const rejected = (name: string, message = 'No bytes. Upload it again.') =>
  aRowOf(name, {
    status: 'REJECTED',
    reason: 'ImageEmpty',
    message,
    processed_key: `processed/${name}.json`,
    processed_at: NOW,
    pipeline_version: '1.2.3',
  });
const rows = (name: string) => services.rowsOf('results', `${name}.jpg`);

test('a rejected photo says why, in its row and in its JSON, and the same when asked again', async () => {
  await services.putRow('results', aRowOf('a'));
  for (const _ of ['once', 'twice']) {
    expect(await run(input('a'), services)).toStrictEqual(ended('a', 'REJECTED'));
    expect(await rows('a')).toStrictEqual([rejected('a')]);
    expect(await services.getJson('processed/a.json')).toStrictEqual({
      image_id: 'a.jpg',
      bucket: BUCKET,
      key: 'input/a.jpg',
      etag: ETAG,
      size: 1000,
      timestamp: EVENT_TIME,
      processed_at: NOW,
      pipeline_version: '1.2.3',
      status: 'REJECTED',
      reason: 'ImageEmpty',
      message: 'No bytes. Upload it again.',
      faces: [],
    });
  }
});

test('a cause in plain text is the message', async () => {
  await services.putRow('results', aRowOf('plain'));
  await run(input('plain', 'As it came'), services);
  expect(await rows('plain')).toStrictEqual([rejected('plain', 'As it came')]);
});

test('the faces of the version before are removed', async () => {
  await services.putRow('results', aRowOf('b'));
  await services.putRow('results', aFaceRecord({ image_id: 'b.jpg', sequencer: paddedSequencer('09') }));
  await run(input('b'), services);
  expect(await rows('b')).toStrictEqual([rejected('b')]);
});

test('a newer version is not rejected for an older one', async () => {
  const newer = aRowOf('c', { sequencer: paddedSequencer('0B'), execution_arn: ANOTHER_EXECUTION });
  const face = aFaceRecord({ image_id: 'c.jpg', sequencer: newer.sequencer });
  await services.putRow('results', newer);
  await services.putRow('results', face);
  expect(await run(input('c'), services)).toStrictEqual(ended('c', 'SUPERSEDED'));
  expect(await rows('c')).toStrictEqual([face, newer]);
  expect(await services.listKeys('processed/c')).toStrictEqual([]);
});
