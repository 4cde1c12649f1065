import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { CroppedFace, FaceSearch } from '../../schemas/faces.ts';
import { paddedSequencer } from '../../schemas/keys.ts';
import type { Photo } from '../../schemas/payloads.ts';
import { FaceRecord } from '../../schemas/records.ts';
import { run as searchFace } from '../../tasks/search-face.ts';
import {
  aCroppedFace,
  aFaceRecord,
  ANOTHER_EXECUTION,
  aPhoto,
  FACE_ID,
  JANE,
  JOHN,
  EVENT_TIME,
  MODEL,
  OTHER_FACE_ID,
} from '../support/builders.ts';
import { failureOf } from '../support/errors.ts';
import { aScriptedRekognition } from '../support/rekognition.ts';
import { startTaskServices, type TaskServices } from '../support/task-services.ts';

let services: TaskServices;
let imageId = '';
let photos = 0;
/** Paid calls of the test so far. */
let paid = 0;
beforeAll(async () => {
  services = await startTaskServices();
  await services.putRow('people', { person_id: JOHN, record: 'person', name: 'John Doe', created_at: EVENT_TIME });
});
beforeEach(() => {
  imageId = `${++photos}.jpg`;
  paid = 0;
});
afterAll(() => services.close());

interface Searched {
  readonly photo: Photo;
  readonly face: CroppedFace;
  /** What Rekognition answers. */
  readonly search?: Partial<FaceSearch>;
}

/** Searches a face in a collection that answers so, and gives whether the row was written. */
async function run({ photo: of, face, search = {} }: Searched, changes: Partial<TaskServices> = {}) {
  const { best = { face_id: FACE_ID, person_id: JOHN, similarity: 97.5 }, runner_up } = search;
  const FaceMatches = [best, ...(runner_up ? [runner_up] : [])].map(({ face_id, person_id, similarity }) => ({
    Similarity: similarity,
    Face: { FaceId: face_id, ExternalImageId: person_id },
  }));
  const { rekognition, calls, close } = await aScriptedRekognition({
    SearchFacesByImage: [{ FaceMatches, FaceModelVersion: MODEL }],
  });
  const all = { ...services, rekognition, collectionId: 'people', threshold: 80, minPixels: 40, ...changes };
  try {
    const { index, written } = await searchFace({ photo: of, face }, all);
    return { index, written };
  } finally {
    paid += calls.length;
    await close();
  }
}

const photo = (overrides: Parameters<typeof aPhoto>[0] = {}) => aPhoto({ image_id: imageId, ...overrides });
const rows = () => services.rowsOf('results', imageId);
const aMatchedRecord = (overrides: Parameters<typeof aFaceRecord>[0] = {}) =>
  aFaceRecord({
    image_id: imageId,
    status: 'MATCHED',
    reason: 'SIMILARITY_ABOVE_THRESHOLD',
    face_id: FACE_ID,
    person_id: JOHN,
    person: 'John Doe',
    similarity: 97.5,
    ...overrides,
  });

test('a matched face is one row that names the person', async () => {
  const input = { photo: photo(), face: aCroppedFace() };
  expect(await run(input)).toStrictEqual({ index: 0, written: true });
  expect(await rows()).toStrictEqual([aMatchedRecord()]);
});

test('writing twice gives the same row', async () => {
  const input = { photo: photo(), face: aCroppedFace({ index: 12 }) };
  await run(input);
  expect(await run(input)).toStrictEqual({ index: 12, written: true });
  expect(await rows()).toStrictEqual([aMatchedRecord({ face_index: 12, record: 'face#012' })]);
});

test('an unknown face keeps its best candidate and the runner-up, and no person', async () => {
  const best = { face_id: FACE_ID, person_id: JOHN, similarity: 70 };
  const runner_up = { face_id: OTHER_FACE_ID, person_id: JANE, similarity: 60 };
  const search = { best, runner_up };
  await run({ photo: photo(), face: aCroppedFace(), search });
  expect(await rows()).toStrictEqual([
    aFaceRecord({ image_id: imageId, reason: 'SIMILARITY_BELOW_THRESHOLD', candidate: best, runner_up }),
  ]);
});

test('a face that was not searched says why', async () => {
  await run({ photo: photo(), face: aCroppedFace({ pixels: 12 }) });
  const search = { status: 'UNSEARCHABLE', reason: 'FACE_TOO_SMALL' } as const;
  const { model_version: _, ...record } = aFaceRecord({ image_id: imageId, ...search });
  expect(await rows()).toStrictEqual([record]);
});

test('a person without a row goes by the id', async () => {
  const search = { best: { face_id: FACE_ID, person_id: JANE, similarity: 99 } };
  await run({ photo: photo(), face: aCroppedFace(), search });
  expect(await rows()).toStrictEqual([aMatchedRecord({ person_id: JANE, person: JANE, similarity: 99 })]);
});

test('a newer version replaces the row, and an older one that is late does not', async () => {
  const newer = photo({ sequencer: paddedSequencer('0B'), etag: 'newer', execution_arn: ANOTHER_EXECUTION });
  const older = { photo: photo(), face: aCroppedFace() };
  await run(older);
  expect(await run({ ...older, photo: newer })).toStrictEqual({ index: 0, written: true });
  const replaced = [aMatchedRecord({ sequencer: newer.sequencer, etag: 'newer', execution_arn: ANOTHER_EXECUTION })];
  expect(await rows()).toStrictEqual(replaced);
  expect(await run(older)).toStrictEqual({ index: 0, written: false });
  expect(await rows()).toStrictEqual(replaced);
});

test('the crop of an older version goes when its row does, and that of one that comes too late', async () => {
  const crop = (version: string) => `faces/${imageId}/${version}/000.jpg`;
  const faceOf = (version: string) => ({ face: aCroppedFace({ crop_key: crop(version) }) });
  for (const version of ['old', 'new', 'late']) await services.putObject(crop(version), version);
  await run({ photo: photo(), ...faceOf('old') });
  await run({ photo: photo({ sequencer: paddedSequencer('0B') }), ...faceOf('new') });
  expect(await services.listKeys(`faces/${imageId}/`)).toStrictEqual([crop('late'), crop('new')]);
  await run({ photo: photo({ sequencer: paddedSequencer('09') }), ...faceOf('late') });
  expect(await services.listKeys(`faces/${imageId}/`)).toStrictEqual([crop('new')]);
});

test('what a person decided by hand survives another run over the same version', async () => {
  const byHand = aMatchedRecord({ source: 'manual', reason: 'DECIDED_BY_HAND', person_id: JANE, person: 'Jane Roe' });
  await services.putRow('results', byHand);
  const again = { photo: photo({ execution_arn: ANOTHER_EXECUTION }), face: aCroppedFace() };
  expect(await run(again)).toStrictEqual({ index: 0, written: false });
  expect(await rows()).toStrictEqual([byHand]);
});

test('what was propagated is the machine’s, and is written over', async () => {
  await services.putRow('results', aMatchedRecord({ source: 'propagated', reason: 'DECIDED_BY_HAND' }));
  await run({ photo: photo(), face: aCroppedFace() });
  expect(await rows()).toStrictEqual([aMatchedRecord()]);
});

test('numbers come back from the table as they were', async () => {
  const bounding_box = { left: 0.1 + 0.2, top: 5.960464477539063e-8, width: 1 / 3, height: Number.MIN_VALUE * 0 };
  const emotions = [{ type: 'CALM', confidence: 99.99999237060547 }];
  await run({ photo: photo(), face: aCroppedFace({ bounding_box, emotions }) });
  expect((await rows()).map((row) => FaceRecord.parse(row))).toStrictEqual([
    aMatchedRecord({ bounding_box, emotions }),
  ]);
});

test('a missing table is an error by DynamoDB’s own name', async () => {
  const input = { photo: photo(), face: aCroppedFace() };
  expect(await failureOf(run(input, { resultsTable: 'nowhere' }))).toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

test('a fault after the paid call does not make the next attempt pay again, and the name is added then', async () => {
  const input = { photo: photo(), face: aCroppedFace() };
  expect(await failureOf(run(input, { peopleTable: 'nowhere' }))).toMatchObject({ name: 'ResourceNotFoundException' });
  const { person: _, ...unnamed } = aMatchedRecord();
  expect(await rows()).toStrictEqual([unnamed]);
  expect(await run(input)).toStrictEqual({ index: 0, written: true });
  expect(await rows()).toStrictEqual([aMatchedRecord()]);
  expect(paid).toBe(1);
});

test('a face that a newer version has is not searched any more', async () => {
  await run({ photo: photo({ sequencer: paddedSequencer('0B') }), face: aCroppedFace() });
  expect(await run({ photo: photo(), face: aCroppedFace() })).toStrictEqual({ index: 0, written: false });
  expect(paid).toBe(1);
});

test('of two versions that search at once the newer row stays, with its crop alone', async () => {
  const crop = (version: string) => `faces/${imageId}/${version}/000.jpg`;
  const versions = { old: '0A', new: '0B' };
  for (const version of Object.keys(versions)) await services.putObject(crop(version), version);
  await Promise.all(
    Object.entries(versions).map(([version, sequencer]) =>
      run({
        photo: photo({ sequencer: paddedSequencer(sequencer) }),
        face: aCroppedFace({ crop_key: crop(version) }),
      }),
    ),
  );
  expect(await rows()).toStrictEqual([aMatchedRecord({ sequencer: paddedSequencer('0B'), crop_key: crop('new') })]);
  expect(await services.listKeys(`faces/${imageId}/`)).toStrictEqual([crop('new')]);
});
