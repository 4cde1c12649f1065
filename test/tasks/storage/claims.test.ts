import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { paddedSequencer } from '../../../schemas/keys.ts';
import type { UploadedObject } from '../../../schemas/payloads.ts';
import { claim, finishClaim, ownsClaim, isOutdated, uploadedObjectOf } from '../../../tasks/storage/claims.ts';
import { photoRow } from '../../../tasks/storage/result-rows.ts';
import {
  ANOTHER_EXECUTION,
  anInput,
  aPhotoRecord,
  anUploadedObject,
  ETAG,
  EXECUTION,
  EVENT_TIME,
} from '../../support/builders.ts';
import { startTaskServices, BUCKET, type TaskServices } from '../../support/task-services.ts';

let services: TaskServices;
let imageId = '';
let photos = 0;
beforeAll(async () => {
  services = await startTaskServices();
});
beforeEach(() => {
  imageId = `${++photos}.jpg`;
});
afterAll(() => services.close());

const row = () => photoRow(services.resultsTable, imageId);
const claiming = (source: UploadedObject, table = services.dynamoDb) =>
  claim(table, row(), source, { now: services.now(), set: { day: '2026-03-01' }, remove: ['processed_key'] });
const exists = (overrides: Parameters<typeof aPhotoRecord>[0]) =>
  services.putRow('results', aPhotoRecord({ image_id: imageId, ...overrides }));
const stored = () => services.rowsOf('results', imageId);

test('a source is the event, its sequencer padded', () => {
  expect(uploadedObjectOf(anInput({ sequencer: '0a', version_id: 'v1' }))).toStrictEqual({
    bucket: BUCKET,
    key: 'input/a.jpg',
    version_id: 'v1',
    etag: ETAG,
    size: 1000,
    sequencer: '0A00000000000000000000000000000000000000',
    timestamp: EVENT_TIME,
    execution_arn: EXECUTION,
  });
});

test('a new photo is claimed', async () => {
  expect(await claiming(anUploadedObject())).toBe('CLAIMED');
  expect(await stored()).toStrictEqual([aPhotoRecord({ image_id: imageId })]);
});

test('an execution that tries again claims what it holds', async () => {
  await exists({ claimed_at: '2026-03-01T11:59:59.000Z' });
  expect(await claiming(anUploadedObject())).toBe('CLAIMED');
  expect(await stored()).toStrictEqual([aPhotoRecord({ image_id: imageId })]);
});

test('a duplicate of an event whose execution is under way changes nothing', async () => {
  await exists({});
  expect(await claiming(anUploadedObject({ execution_arn: ANOTHER_EXECUTION }))).toBe('UNDER_WAY');
  expect(await stored()).toStrictEqual([aPhotoRecord({ image_id: imageId })]);
});

test.each(['COMPLETED', 'NO_FACES', 'REJECTED'] as const)(
  'a duplicate of an event that ended in %s changes nothing, not even from the same execution',
  async (status) => {
    await exists({ status });
    expect(await claiming(anUploadedObject({ execution_arn: ANOTHER_EXECUTION }))).toBe('DONE');
    expect(await claiming(anUploadedObject())).toBe('DONE');
    expect(await stored()).toStrictEqual([aPhotoRecord({ image_id: imageId, status })]);
  },
);

test('what failed is taken over, and the failure goes', async () => {
  await exists({ status: 'FAILED', error: 'AccessDenied', cause: 'no', failed_state: 'LoadImage', processed_key: 'x' });
  expect(await claiming(anUploadedObject({ execution_arn: ANOTHER_EXECUTION }))).toBe('CLAIMED');
  expect(await stored()).toStrictEqual([aPhotoRecord({ image_id: imageId, execution_arn: ANOTHER_EXECUTION })]);
});

test('a claim is abandoned only after the longest that an execution can take', async () => {
  const another = anUploadedObject({ execution_arn: ANOTHER_EXECUTION });
  await exists({ claimed_at: '2026-02-27T12:00:00.000Z' });
  expect(await claiming(another)).toBe('UNDER_WAY');
  await exists({ claimed_at: '2026-02-27T11:59:59.999Z' });
  expect(await claiming(another)).toBe('CLAIMED');
});

test.each(['PROCESSING', 'COMPLETED', 'REJECTED', 'FAILED'] as const)(
  'a newer version takes over what is %s',
  async (status) => {
    await exists({ status, reason: 'ImageEmpty', message: 'old', processed_key: 'processed/old.json' });
    const newer = anUploadedObject({
      sequencer: paddedSequencer('0B'),
      etag: 'newer',
      execution_arn: ANOTHER_EXECUTION,
    });
    expect(await claiming(newer)).toBe('CLAIMED');
    expect(await stored()).toStrictEqual([aPhotoRecord({ image_id: imageId, ...newer })]);
  },
);

test.each(['PROCESSING', 'COMPLETED', 'FAILED'] as const)(
  'a late event of an older version is superseded by one that is %s',
  async (status) => {
    await exists({ status, sequencer: paddedSequencer('0B') });
    expect(await claiming(anUploadedObject())).toBe('SUPERSEDED');
    expect(await stored()).toStrictEqual([
      aPhotoRecord({ image_id: imageId, status, sequencer: paddedSequencer('0B') }),
    ]);
  },
);

test('a claim that was lost to an execution that failed a moment later goes through', async () => {
  await exists({});
  const table = services.anotherDynamoDb();
  table.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (commandName === 'GetItemCommand' || commandName === 'GetCommand') await exists({ status: 'FAILED' });
        return next(args);
      },
    { step: 'initialize', name: 'failInBetween' },
  );
  const another = anUploadedObject({ execution_arn: ANOTHER_EXECUTION });
  expect(await claiming(another, table)).toBe('CLAIMED');
  expect(await stored()).toStrictEqual([aPhotoRecord({ image_id: imageId, ...another })]);
});

test('of many executions of one event exactly one claims the photo', async () => {
  const arns = Array.from({ length: 20 }, (_, n) => `${EXECUTION}-${n}`);
  const claims = await Promise.all(arns.map((execution_arn) => claiming(anUploadedObject({ execution_arn }))));
  expect(claims.toSorted()).toStrictEqual(['CLAIMED', ...Array.from({ length: 19 }, () => 'UNDER_WAY')]);
  const winner = arns[claims.indexOf('CLAIMED')]!;
  expect(await stored()).toStrictEqual([aPhotoRecord({ image_id: imageId, execution_arn: winner })]);
});

test('of many versions that race the newest holds the photo in the end', async () => {
  const versions = Array.from({ length: 10 }, (_, n) =>
    anUploadedObject({ sequencer: paddedSequencer(`${n}0`), execution_arn: `${EXECUTION}-${n}` }),
  );
  const claims = await Promise.all(versions.map((version) => claiming(version)));
  expect(claims[9]).toBe('CLAIMED');
  expect(await stored()).toStrictEqual([aPhotoRecord({ image_id: imageId, ...versions[9] })]);
});

test('only who holds a photo concludes it, and a success clears the failure before it', async () => {
  await exists({ status: 'FAILED', error: 'Throttled', cause: 'c', failed_state: 'SearchFace' });
  const another = anUploadedObject({ execution_arn: ANOTHER_EXECUTION });
  expect(await finishClaim(services.dynamoDb, row(), another, { status: 'COMPLETED' })).toBe(false);
  expect(await finishClaim(services.dynamoDb, row(), anUploadedObject(), { status: 'COMPLETED', face_count: 2 })).toBe(
    true,
  );
  expect(await stored()).toStrictEqual([aPhotoRecord({ image_id: imageId, status: 'COMPLETED', face_count: 2 })]);
});

test('a photo that is forgotten is not brought back by who worked on it', async () => {
  expect(await finishClaim(services.dynamoDb, row(), anUploadedObject(), { status: 'COMPLETED' })).toBe(false);
  expect(await stored()).toStrictEqual([]);
});

test('holding and being outdated are two things', async () => {
  const ask = async (source: UploadedObject) => [
    await ownsClaim(services.dynamoDb, row(), source),
    await isOutdated(services.dynamoDb, row(), source),
  ];
  expect(await ask(anUploadedObject())).toStrictEqual([false, true]);
  await exists({});
  expect(await ask(anUploadedObject())).toStrictEqual([true, false]);
  expect(await ask(anUploadedObject({ execution_arn: ANOTHER_EXECUTION }))).toStrictEqual([false, false]);
  await exists({ sequencer: paddedSequencer('0B'), execution_arn: ANOTHER_EXECUTION });
  expect(await ask(anUploadedObject())).toStrictEqual([false, true]);
});
