import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { paddedSequencer } from '../../schemas/keys.ts';
import { FaceRecord } from '../../schemas/records.ts';
import { run } from '../../tasks/persist-face.ts';
import {
  aCroppedFace,
  aFaceRecord,
  aMatch,
  ANOTHER_EXECUTION,
  aPhoto,
  FACE_ID,
  JANE,
  JOHN,
  EVENT_TIME,
  OTHER_FACE_ID,
} from '../support/builders.ts';
import { failureOf } from '../support/errors.ts';
import { SLOT, startTaskServices, type TaskServices } from '../support/task-services.ts';

let services: TaskServices;
let imageId = '';
let photos = 0;
beforeAll(async () => {
  services = await startTaskServices();
  await services.putRow('people', {
    person_id: JOHN,
    record: 'person',
    name: 'John Doe',
    created_at: EVENT_TIME,
    status: 'KNOWN',
    timestamp: EVENT_TIME,
  });
});
beforeEach(() => {
  imageId = `${++photos}.jpg`;
});
afterAll(() => services.close());

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
    proposal: aMatch(),
    ...overrides,
  });

test('a matched face is one row that names the person', async () => {
  const input = { photo: photo(), face: aCroppedFace(), search: aMatch() };
  expect(await run(input, services)).toStrictEqual({ index: 0, written: true });
  expect(await rows()).toStrictEqual([aMatchedRecord()]);
});

test('a face whose search is postponed goes back to wait for its slot, and has no row', async () => {
  const search = { search_at: SLOT + 5000, wait_until: '2026-03-01T12:00:04.000Z' };
  expect(await failureOf(run({ photo: photo(), face: aCroppedFace(), search }, services))).toStrictEqual({
    name: 'SlotMissed',
    message: 'The search of face 0 is postponed until 2026-03-01T12:00:04.000Z.',
  });
  expect(await rows()).toStrictEqual([]);
});

test('writing twice gives the same row', async () => {
  const input = { photo: photo(), face: aCroppedFace({ index: 12 }), search: aMatch() };
  await run(input, services);
  expect(await run(input, services)).toStrictEqual({ index: 12, written: true });
  expect(await rows()).toStrictEqual([aMatchedRecord({ face_index: 12, record: 'face#012' })]);
});

test('an unknown face keeps its best candidate and the runner-up, and no person', async () => {
  const best = { face_id: FACE_ID, person_id: JOHN, similarity: 70 };
  const runner_up = { face_id: OTHER_FACE_ID, person_id: JANE, similarity: 60 };
  const search = aMatch({ status: 'UNKNOWN', reason: 'SIMILARITY_BELOW_THRESHOLD', best, runner_up });
  await run({ photo: photo(), face: aCroppedFace(), search }, services);
  expect(await rows()).toStrictEqual([
    aFaceRecord({
      image_id: imageId,
      reason: 'SIMILARITY_BELOW_THRESHOLD',
      candidate: best,
      runner_up,
      proposal: search,
    }),
  ]);
});

test('a face that was not searched says why', async () => {
  const search = { status: 'UNSEARCHABLE', reason: 'FACE_TOO_SMALL' } as const;
  await run({ photo: photo(), face: aCroppedFace({ pixels: 12 }), search }, services);
  const { model_version: _, ...record } = aFaceRecord({ image_id: imageId, ...search, proposal: search });
  expect(await rows()).toStrictEqual([record]);
});

test('a person without a row goes by the id', async () => {
  const search = aMatch({ best: { face_id: FACE_ID, person_id: JANE, similarity: 99 } });
  await run({ photo: photo(), face: aCroppedFace(), search }, services);
  expect(await rows()).toStrictEqual([
    aMatchedRecord({ person_id: JANE, person: JANE, similarity: 99, proposal: search }),
  ]);
});

test('a newer version replaces the row, and an older one that is late does not', async () => {
  const newer = photo({ sequencer: paddedSequencer('0B'), etag: 'newer', execution_arn: ANOTHER_EXECUTION });
  const older = { photo: photo(), face: aCroppedFace(), search: aMatch() };
  await run(older, services);
  expect(await run({ ...older, photo: newer }, services)).toStrictEqual({ index: 0, written: true });
  const replaced = [aMatchedRecord({ sequencer: newer.sequencer, etag: 'newer', execution_arn: ANOTHER_EXECUTION })];
  expect(await rows()).toStrictEqual(replaced);
  expect(await run(older, services)).toStrictEqual({ index: 0, written: false });
  expect(await rows()).toStrictEqual(replaced);
});

test('the crop of an older version goes when its row does, and that of one that comes too late', async () => {
  const crop = (version: string) => `faces/${imageId}/${version}/000.jpg`;
  const faceOf = (version: string) => ({ face: aCroppedFace({ crop_key: crop(version) }), search: aMatch() });
  for (const version of ['old', 'new', 'late']) await services.putObject(crop(version), version);
  await run({ photo: photo(), ...faceOf('old') }, services);
  await run({ photo: photo({ sequencer: paddedSequencer('0B') }), ...faceOf('new') }, services);
  expect(await services.listKeys(`faces/${imageId}/`)).toStrictEqual([crop('late'), crop('new')]);
  await run({ photo: photo({ sequencer: paddedSequencer('09') }), ...faceOf('late') }, services);
  expect(await services.listKeys(`faces/${imageId}/`)).toStrictEqual([crop('new')]);
});

test('what a person decided by hand survives another run over the same version', async () => {
  const byHand = aMatchedRecord({ source: 'manual', reason: 'DECIDED_BY_HAND', person_id: JANE, person: 'Jane Roe' });
  await services.putRow('results', byHand);
  const again = { photo: photo({ execution_arn: ANOTHER_EXECUTION }), face: aCroppedFace(), search: aMatch() };
  expect(await run(again, services)).toStrictEqual({ index: 0, written: false });
  expect(await rows()).toStrictEqual([byHand]);
});

test('what was propagated is the machine’s, and is written over', async () => {
  await services.putRow('results', aMatchedRecord({ source: 'propagated', reason: 'DECIDED_BY_HAND' }));
  await run({ photo: photo(), face: aCroppedFace(), search: aMatch() }, services);
  expect(await rows()).toStrictEqual([aMatchedRecord()]);
});

test('numbers come back from the table as they were', async () => {
  const bounding_box = { left: 0.1 + 0.2, top: 5.960464477539063e-8, width: 1 / 3, height: Number.MIN_VALUE * 0 };
  const emotions = [{ type: 'CALM', confidence: 99.99999237060547 }];
  await run({ photo: photo(), face: aCroppedFace({ bounding_box, emotions }), search: aMatch() }, services);
  expect((await rows()).map((row) => FaceRecord.parse(row))).toStrictEqual([
    aMatchedRecord({ bounding_box, emotions }),
  ]);
});

test('a missing table is an error by DynamoDB’s own name', async () => {
  const input = { photo: photo(), face: aCroppedFace(), search: aMatch() };
  expect(await failureOf(run(input, { ...services, resultsTable: 'nowhere' }))).toMatchObject({
    name: 'ResourceNotFoundException',
  });
});
