import { afterAll, beforeAll, expect, test } from 'vitest';
import { paddedSequencer } from '../../schemas/keys.ts';
import { run } from '../../tasks/reject-image.ts';
import { aFaceRecord, anInput, ANOTHER_EXECUTION, aPhotoRecord, ETAG, LANDED } from '../support/builders.ts';
import { anEstate, BUCKET, NOW, type Estate } from '../support/estate.ts';

let estate: Estate;
beforeAll(async () => {
  estate = await anEstate();
});
afterAll(() => estate.close());

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
const rows = (name: string) => estate.rowsOf('results', `${name}.jpg`);

test('a rejected photo says why, in its row and in its JSON, and the same when asked again', async () => {
  await estate.store('results', aRowOf('a'));
  for (const _ of ['once', 'twice']) {
    expect(await run(input('a'), estate)).toStrictEqual(ended('a', 'REJECTED'));
    expect(await rows('a')).toStrictEqual([rejected('a')]);
    expect(await estate.json('processed/a.json')).toStrictEqual({
      image_id: 'a.jpg',
      bucket: BUCKET,
      key: 'input/a.jpg',
      etag: ETAG,
      size: 1000,
      timestamp: LANDED,
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
  await estate.store('results', aRowOf('plain'));
  await run(input('plain', 'As it came'), estate);
  expect(await rows('plain')).toStrictEqual([rejected('plain', 'As it came')]);
});

test('the faces of the version before are removed', async () => {
  await estate.store('results', aRowOf('b'));
  await estate.store('results', aFaceRecord({ image_id: 'b.jpg', sequencer: paddedSequencer('09') }));
  await run(input('b'), estate);
  expect(await rows('b')).toStrictEqual([rejected('b')]);
});

test('a newer version is not rejected for an older one', async () => {
  const newer = aRowOf('c', { sequencer: paddedSequencer('0B'), execution_arn: ANOTHER_EXECUTION });
  const face = aFaceRecord({ image_id: 'c.jpg', sequencer: newer.sequencer });
  await estate.store('results', newer);
  await estate.store('results', face);
  expect(await run(input('c'), estate)).toStrictEqual(ended('c', 'SUPERSEDED'));
  expect(await rows('c')).toStrictEqual([face, newer]);
  expect(await estate.keys('processed/c')).toStrictEqual([]);
});
