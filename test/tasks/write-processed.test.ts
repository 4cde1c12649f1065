import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Processed } from '../../schemas/processed.ts';
import { run } from '../../tasks/write-processed.ts';
import { aDecision, aDetail, aFaceRecord, aMatch, aPersonRecord, FACE_ID, JOHN, MODEL } from '../support/builders.ts';
import { failureOf } from '../support/errors.ts';
import { aPhotoFixture, OLDER } from '../support/photo-fixture.ts';
import { startTaskServices, type TaskServices } from '../support/task-services.ts';

let services: TaskServices;
let subject: ReturnType<typeof aPhotoFixture>;
let photos = 0;
beforeAll(async () => {
  services = await startTaskServices();
  await services.putRow('people', aPersonRecord({ person_id: JOHN, name: 'John Doe' }));
});
beforeEach(() => {
  subject = aPhotoFixture(services, String(++photos));
});
afterAll(() => services.close());

const FACE = aFaceRecord({
  status: 'MATCHED',
  reason: 'SIMILARITY_ABOVE_THRESHOLD',
  face_id: FACE_ID,
  person_id: JOHN,
  person: 'John Doe',
  similarity: 97.5,
  proposal: aMatch(),
});

async function twoFaces() {
  const matched = { ...FACE, image_id: `${subject.name}.jpg` };
  const unknown = subject.faceRow({ face_index: 1, record: 'face#001' });
  await subject.putRows(subject.photoRow(), matched, unknown);
  await subject.putDetection(aDetail(), { BoundingBox: {} });
  return [matched, unknown] as const;
}

test('the JSON joins rows and detection on one line, and the status comes last', async () => {
  const [matched, unknown] = await twoFaces();
  expect(await run(subject.input(2), services)).toStrictEqual(subject.output('COMPLETED', { MATCHED: 1, UNKNOWN: 1 }));
  const { confidence, bounding_box, emotions } = matched;
  const json = (await services.getObject(`processed/${subject.name}.json`)).toString();
  expect(json.match(/\n/g)).toHaveLength(1);
  expect(JSON.parse(json)).toStrictEqual(
    subject.processedJson({
      model_version: MODEL,
      status: 'COMPLETED',
      faces: [
        {
          index: 0,
          status: 'MATCHED',
          reason: 'SIMILARITY_ABOVE_THRESHOLD',
          source: 'machine',
          confidence,
          bounding_box,
          landmarks: [{ type: 'eyeLeft', x: 0.3, y: 0.4 }],
          pose: { roll: 1, yaw: -2 },
          quality: { brightness: 80, sharpness: 90 },
          emotions,
          age_range: { low: 20, high: 30 },
          gender: { value: 'Female', confidence: 97 },
          crop_key: 'faces/one/two/000.jpg',
          face_id: FACE_ID,
          person_id: JOHN,
          person: 'John Doe',
          similarity: 97.5,
        },
        {
          index: 1,
          status: 'UNKNOWN',
          reason: 'NO_CANDIDATE',
          source: 'machine',
          confidence,
          bounding_box,
          landmarks: [],
          pose: {},
          quality: {},
          emotions,
          crop_key: 'faces/one/two/001.jpg',
        },
      ],
    }),
  );
  expect(await subject.rows()).toStrictEqual([matched, unknown, subject.finishedRow()]);
});

test('writing twice gives the same rows and the same JSON', async () => {
  await twoFaces();
  const once = await run(subject.input(2), services);
  const [before, json] = [await subject.rows(), await services.getJson(`processed/${subject.name}.json`)];
  expect(await run(subject.input(2), services)).toStrictEqual(once);
  expect(await subject.rows()).toStrictEqual(before);
  expect(await services.getJson(`processed/${subject.name}.json`)).toStrictEqual(json);
});

test('a photo without a face is done without its detection', async () => {
  await subject.putRows(subject.photoRow());
  expect(await run(subject.input(0), services)).toStrictEqual(subject.output('NO_FACES'));
  expect(await services.getJson(`processed/${subject.name}.json`)).toStrictEqual(subject.processedJson());
  const { model_version: _, ...row } = subject.finishedRow({ status: 'NO_FACES', face_count: 0, matched_count: 0 });
  expect(await subject.rows()).toStrictEqual([row]);
});

test('a redriven photo loses its failure', async () => {
  await subject.putRows(
    subject.photoRow({ status: 'FAILED', error: 'SlowDown', cause: 'c', failed_state: 'WriteProcessed' }),
  );
  await run(subject.input(0), services);
  const { model_version: _, ...row } = subject.finishedRow({ status: 'NO_FACES', face_count: 0, matched_count: 0 });
  expect(await subject.rows()).toStrictEqual([row]);
});

test('faces of an older version are removed, and what was decided by hand about these bytes holds', async () => {
  const sha256 = subject.photo().picture.sha256;
  const found = subject.faceRow({ source: 'machine' });
  const byHand = { ...found, status: 'STRANGER', source: 'manual', reason: 'DECIDED_BY_HAND' };
  const { bounding_box } = found;
  await services.putRow('decisions', aDecision({ kind: 'STRANGER', photo: sha256, bounding_box }));
  const [kept, stale] = [`faces/${subject.name}/kept.jpg`, `faces/${subject.name}/stale.jpg`];
  const older = subject.faceRow({ ...OLDER, face_index: 1, record: 'face#001', crop_key: stale });
  for (const crop of [kept, stale]) await services.putObject(crop, 'a face');
  await subject.putRows(subject.photoRow(), found, older);
  await subject.putDetection(aDetail());
  expect(await run(subject.input(1), services)).toStrictEqual(subject.output('COMPLETED', { STRANGER: 1 }));
  expect(await subject.rows()).toStrictEqual([byHand, subject.finishedRow({ face_count: 1, matched_count: 0 })]);
  expect(await services.listKeys(`faces/${subject.name}/`)).toStrictEqual([kept]);
});

test('a face that is not in the table is missed by number', async () => {
  await subject.putRows(subject.photoRow(), subject.faceRow());
  expect(await failureOf(run(subject.input(2), services))).toStrictEqual({
    name: 'FacesMissing',
    message: `${subject.name}.jpg has 2 faces, but 1 of them are in the table. Redrive the execution.`,
  });
  expect(await subject.rows()).toStrictEqual([subject.faceRow(), subject.photoRow()]);
});

test('a detection that has expired says to start anew', async () => {
  await subject.putRows(subject.photoRow(), subject.faceRow());
  expect(await failureOf(run(subject.input(1), services))).toStrictEqual({
    name: 'FacesMissing',
    message: `work/${subject.name}/detected.json has expired: start ${subject.name}.jpg anew instead of redriving it.`,
  });
});

test('a hundred faces are read back whole', async () => {
  const faces = Array.from({ length: 100 }, (_, index) =>
    subject.faceRow({ face_index: index, record: `face#${String(index).padStart(3, '0')}` }),
  );
  await subject.putRows(subject.photoRow(), ...faces);
  await subject.putDetection(...faces.map(() => aDetail()));
  expect(await run(subject.input(100), services)).toStrictEqual(subject.output('COMPLETED', { UNKNOWN: 100 }));
  const { faces: written } = Processed.parse(await services.getJson(`processed/${subject.name}.json`));
  expect(written.map(({ index }) => index)).toStrictEqual(Array.from({ length: 100 }, (_, index) => index));
});
