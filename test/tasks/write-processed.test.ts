import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Photo } from '../../schemas/payloads.ts';
import { Processed } from '../../schemas/processed.ts';
import { paddedSequencer } from '../../tasks/runtime/keys.ts';
import { run } from '../../tasks/write-processed.ts';
import {
  aDetail,
  aFaceRecord,
  ANOTHER_EXECUTION,
  aPhoto,
  aPhotoRecord,
  ETAG,
  FACE_ID,
  JOHN,
  LANDED,
  MODEL,
  SHA256,
} from '../support/builders.ts';
import { failureOf } from '../support/errors.ts';
import { anEstate, BUCKET, NOW, type Estate } from '../support/estate.ts';

let estate: Estate;
let name = '';
let photos = 0;
beforeAll(async () => {
  estate = await anEstate();
});
beforeEach(() => {
  name = String(++photos);
});
afterAll(() => estate.close());

const NEWER = { sequencer: paddedSequencer('0B'), etag: 'newer', execution_arn: ANOTHER_EXECUTION };
const OLDER = { sequencer: paddedSequencer('09'), etag: 'older', execution_arn: ANOTHER_EXECUTION };

const photo = (): Photo => aPhoto({ key: `input/${name}.jpg`, work_prefix: `work/${name}/` });
const input = (face_count: number, of = photo()) => ({
  photo: of,
  details_key: `${of.work_prefix}detected.json`,
  face_count,
});
const aFaceOfIt = (overrides: Parameters<typeof aFaceRecord>[0] = {}) =>
  aFaceRecord({ image_id: `${name}.jpg`, ...overrides });
const aRowOfIt = (overrides: Parameters<typeof aPhotoRecord>[0] = {}) =>
  aPhotoRecord({ image_id: `${name}.jpg`, key: `input/${name}.jpg`, ...overrides });
const rows = () => estate.rowsOf('results', `${name}.jpg`);
const store = (...records: object[]) => Promise.all(records.map((record) => estate.store('results', { ...record })));
const detected = (...details: object[]) => estate.put(`work/${name}/detected.json`, JSON.stringify({ faces: details }));

const FACE = aFaceRecord({
  status: 'MATCHED',
  reason: 'SIMILARITY_ABOVE_THRESHOLD',
  face_id: FACE_ID,
  person_id: JOHN,
  person: 'John Doe',
  similarity: 97.5,
});

function concluded(overrides: Parameters<typeof aPhotoRecord>[0] = {}) {
  return aRowOfIt({
    status: 'COMPLETED',
    processed_key: `processed/${name}.json`,
    processed_at: NOW,
    width: 640,
    height: 480,
    format: 'jpeg',
    sha256: SHA256,
    face_count: 2,
    matched_count: 1,
    pipeline_version: '1.2.3',
    model_version: MODEL,
    ...overrides,
  });
}

function document(overrides: Partial<Processed> = {}): Processed {
  return {
    image_id: `${name}.jpg`,
    bucket: BUCKET,
    key: `input/${name}.jpg`,
    etag: ETAG,
    size: 1000,
    timestamp: LANDED,
    width: 640,
    height: 480,
    format: 'jpeg',
    sha256: SHA256,
    processed_at: NOW,
    pipeline_version: '1.2.3',
    status: 'NO_FACES',
    faces: [],
    ...overrides,
  };
}

const ended = (status: string, faces = {}) => ({
  status,
  image_id: `${name}.jpg`,
  bucket: BUCKET,
  processed_key: `processed/${name}.json`,
  faces,
});

async function twoFaces() {
  const matched = { ...FACE, image_id: `${name}.jpg` };
  const unknown = aFaceOfIt({ face_index: 1, record: 'face#001' });
  await store(aRowOfIt(), matched, unknown);
  await detected(aDetail(), { BoundingBox: {} });
  return [matched, unknown] as const;
}

test('the JSON joins rows and detection on one line, and the status comes last', async () => {
  const [matched, unknown] = await twoFaces();
  expect(await run(input(2), estate)).toStrictEqual(ended('COMPLETED', { MATCHED: 1, UNKNOWN: 1 }));
  const { confidence, bounding_box, emotions } = matched;
  const json = (await estate.get(`processed/${name}.json`)).toString();
  expect(json.match(/\n/g)).toHaveLength(1);
  expect(JSON.parse(json)).toStrictEqual(
    document({
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
  expect(await rows()).toStrictEqual([matched, unknown, concluded()]);
});

test('writing twice gives the same rows and the same JSON', async () => {
  await twoFaces();
  const once = await run(input(2), estate);
  const [before, json] = [await rows(), await estate.json(`processed/${name}.json`)];
  expect(await run(input(2), estate)).toStrictEqual(once);
  expect(await rows()).toStrictEqual(before);
  expect(await estate.json(`processed/${name}.json`)).toStrictEqual(json);
});

test('a photo without a face is done without its detection', async () => {
  await store(aRowOfIt());
  expect(await run(input(0), estate)).toStrictEqual(ended('NO_FACES'));
  expect(await estate.json(`processed/${name}.json`)).toStrictEqual(document());
  const { model_version: _, ...row } = concluded({ status: 'NO_FACES', face_count: 0, matched_count: 0 });
  expect(await rows()).toStrictEqual([row]);
});

test('a redriven photo loses its failure', async () => {
  await store(aRowOfIt({ status: 'FAILED', error: 'SlowDown', cause: 'c', failed_state: 'WriteProcessed' }));
  await run(input(0), estate);
  const { model_version: _, ...row } = concluded({ status: 'NO_FACES', face_count: 0, matched_count: 0 });
  expect(await rows()).toStrictEqual([row]);
});

test('faces of an older version are removed, and those decided by hand in this one kept', async () => {
  const byHand = aFaceOfIt({ source: 'manual', reason: 'DECIDED_BY_HAND' });
  await store(aRowOfIt(), byHand, aFaceOfIt({ ...OLDER, face_index: 1, record: 'face#001' }));
  await detected(aDetail());
  expect(await run(input(1), estate)).toStrictEqual(ended('COMPLETED', { UNKNOWN: 1 }));
  expect(await rows()).toStrictEqual([byHand, concluded({ face_count: 1, matched_count: 0 })]);
});

test('a newer version that took the photo before keeps it, and our faces go', async () => {
  const theirs = aFaceOfIt({ ...NEWER });
  await store(aRowOfIt(NEWER), theirs, aFaceOfIt({ face_index: 1, record: 'face#001' }));
  expect(await run(input(2), estate)).toStrictEqual(ended('SUPERSEDED'));
  expect(await rows()).toStrictEqual([theirs, aRowOfIt(NEWER)]);
  expect(await estate.keys(`processed/${name}.json`)).toStrictEqual([]);
});

test('faces that a newer version without faces has cleared away are not missed', async () => {
  await store(aRowOfIt({ ...NEWER, status: 'NO_FACES' }));
  expect(await run(input(2), estate)).toStrictEqual(ended('SUPERSEDED'));
  expect(await rows()).toStrictEqual([aRowOfIt({ ...NEWER, status: 'NO_FACES' })]);
});

test('another execution of the same version that is done keeps its rows', async () => {
  const done = aRowOfIt({ execution_arn: ANOTHER_EXECUTION, status: 'COMPLETED' });
  await store(done, aFaceOfIt());
  expect(await run(input(1), estate)).toStrictEqual(ended('SUPERSEDED'));
  expect(await rows()).toStrictEqual([aFaceOfIt(), done]);
});

test('a photo that was forgotten leaves nothing', async () => {
  await store(aFaceOfIt());
  expect(await run(input(1), estate)).toStrictEqual(ended('SUPERSEDED'));
  expect(await rows()).toStrictEqual([]);
});

/** Does something just before the first call of one kind. */
function interrupted(command: string, action: () => Promise<unknown>) {
  const s3 = estate.anotherS3();
  let pending = true;
  s3.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (commandName === command && pending) {
          pending = false;
          await action();
        }
        return next(args);
      },
    { step: 'initialize', name: 'interrupt' },
  );
  return { ...estate, s3 };
}

test('a newer version that writes its JSON between our look and our write has the last word', async () => {
  await store(aRowOfIt());
  const services = interrupted('PutObjectCommand', async () => {
    await store(aRowOfIt({ ...NEWER, status: 'COMPLETED' }));
    await estate.put(`processed/${name}.json`, '"newer"\n');
  });
  expect(await run(input(0), services)).toStrictEqual(ended('SUPERSEDED'));
  expect(await estate.json(`processed/${name}.json`)).toBe('newer');
  expect(await rows()).toStrictEqual([aRowOfIt({ ...NEWER, status: 'COMPLETED' })]);
});

test('a newer version that takes the photo between our look and our write takes the row, and writes over our JSON', async () => {
  await store(aRowOfIt());
  const services = interrupted('PutObjectCommand', () => store(aRowOfIt(NEWER)));
  expect(await run(input(0), services)).toStrictEqual(ended('SUPERSEDED'));
  expect(await rows()).toStrictEqual([aRowOfIt(NEWER)]);
  const theirs = { ...photo(), ...NEWER };
  expect(await run(input(0, theirs), estate)).toStrictEqual(ended('NO_FACES'));
  expect(await estate.json(`processed/${name}.json`)).toStrictEqual(document({ etag: 'newer' }));
});

test('an older version that writes in between does not stop who holds the photo', async () => {
  await store(aRowOfIt());
  const services = interrupted('PutObjectCommand', () => estate.put(`processed/${name}.json`, '"older"\n'));
  expect(await run(input(0), services)).toStrictEqual(ended('NO_FACES'));
  expect(await estate.json(`processed/${name}.json`)).toStrictEqual(document());
});

test('a face that is not in the table is missed by number', async () => {
  await store(aRowOfIt(), aFaceOfIt());
  expect(await failureOf(run(input(2), estate))).toStrictEqual({
    name: 'FacesMissing',
    message: `${name}.jpg has 2 faces, but 1 of them are in the table. Redrive the execution.`,
  });
  expect(await rows()).toStrictEqual([aFaceOfIt(), aRowOfIt()]);
});

test('a detection that has expired says to start anew', async () => {
  await store(aRowOfIt(), aFaceOfIt());
  expect(await failureOf(run(input(1), estate))).toStrictEqual({
    name: 'FacesMissing',
    message: `work/${name}/detected.json has expired: start ${name}.jpg anew instead of redriving it.`,
  });
});

test('a hundred faces are read back whole', async () => {
  const faces = Array.from({ length: 100 }, (_, index) =>
    aFaceOfIt({ face_index: index, record: `face#${String(index).padStart(3, '0')}` }),
  );
  await store(aRowOfIt(), ...faces);
  await detected(...faces.map(() => aDetail()));
  expect(await run(input(100), estate)).toStrictEqual(ended('COMPLETED', { UNKNOWN: 100 }));
  const { faces: written } = Processed.parse(await estate.json(`processed/${name}.json`));
  expect(written.map(({ index }) => index)).toStrictEqual(Array.from({ length: 100 }, (_, index) => index));
});
