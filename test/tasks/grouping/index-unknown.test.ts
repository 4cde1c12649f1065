import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { ServiceError } from '../../../local/aws-json.ts';
import type { GroupableFace } from '../../../schemas/grouping.ts';
import { groupableFacesKeyOf, indexedFaceKeyOf, vectorIdOf } from '../../../schemas/keys.ts';
import { boxInCrop } from '../../../tasks/images/padding.ts';
import { run } from '../../../tasks/index-unknown.ts';
import { aFaceRecord, aPhotoRecord, FACE_ID } from '../../support/builders.ts';
import { failureOf } from '../../support/errors.ts';
import { aScriptedRekognition, type ScriptedRekognition } from '../../support/rekognition.ts';
import { BUCKET, NOW, SLOT, startTaskServices, type TaskServices } from '../../support/task-services.ts';

let services: TaskServices;
let server: ScriptedRekognition;
let name = '';
let tests = 0;
beforeAll(async () => {
  services = await startTaskServices();
});
beforeEach(() => {
  services.clock.now = new Date(NOW);
  name = `${++tests}.jpg`;
});
afterEach(() => server.close());
afterAll(() => services.close());

const SIZE = { width: 640, height: 480 };
const { left, top, width, height } = boxInCrop(aFaceRecord().bounding_box, SIZE);
const FOUND = {
  FaceRecords: [{ Face: { FaceId: FACE_ID, BoundingBox: { Left: left, Top: top, Width: width, Height: height } } }],
};

async function anUnknownFace(overrides: Parameters<typeof aFaceRecord>[0] = {}): Promise<GroupableFace> {
  const crop_key = `faces/${name}/one/000.jpg`;
  const row = aFaceRecord({ image_id: name, crop_key, ...overrides });
  await services.putRow('results', { ...aPhotoRecord({ image_id: name, status: 'COMPLETED', ...SIZE }) });
  await services.putRow('results', { ...row });
  const { image_id, face_index, etag, bounding_box } = row;
  return { id: vectorIdOf(crop_key), image_id, face_index, crop_key, etag, bounding_box };
}

/** Runs the task for these faces. Gives its answer, what is kept of the first face, and the operations that were called. */
async function index(
  faces: readonly GroupableFace[],
  script: Parameters<typeof aScriptedRekognition>[0] = { IndexFaces: [FOUND] },
  more: Partial<Parameters<typeof run>[1]> = {},
) {
  server = await aScriptedRekognition({ DeleteFaces: [{ DeletedFaces: [FACE_ID] }], ...script });
  await services.putObject(groupableFacesKeyOf('now', 'fresh'), JSON.stringify(faces));
  const all = { ...services, rekognition: server.rekognition, unknownCollectionId: 'unknown', ...more };
  const answer = await run({ bucket: BUCKET, run: 'now', from: 0, slots: [] }, all);
  return {
    answer,
    kept: faces[0] && (await services.getJson(indexedFaceKeyOf(faces[0].id)).catch(() => undefined)),
    calls: server.calls.map(({ operation }) => operation),
  };
}

const THROUGH = { next: 1, more: false, slots: [] };

test('a face is added to the collection of unknown faces, behind a quality filter', async () => {
  const face = await anUnknownFace();
  expect(await index([face])).toStrictEqual({
    answer: THROUGH,
    kept: { run: 'now', refused: false, face_id: FACE_ID },
    calls: ['IndexFaces'],
  });
  expect(server.calls[0]!.input).toStrictEqual({
    CollectionId: 'unknown',
    Image: { S3Object: { Bucket: BUCKET, Name: face.crop_key } },
    ExternalImageId: face.id,
    MaxFaces: 1,
    QualityFilter: 'MEDIUM',
    DetectionAttributes: ['DEFAULT'],
  });
});

test('one that does not pass the filter is refused, and never paid for again', async () => {
  const face = await anUnknownFace();
  const refused = { answer: THROUGH, kept: { run: 'now', refused: true } };
  expect(await index([face], { IndexFaces: [{ FaceRecords: [] }] })).toStrictEqual({
    ...refused,
    calls: ['IndexFaces'],
  });
  await server.close();
  expect(await index([face])).toStrictEqual({ ...refused, calls: [] });
});

test('a neighbour in the crop that is clearer does not take its place', async () => {
  const elsewhere = { FaceId: FACE_ID, BoundingBox: { Left: 0, Top: 0, Width: 0.1, Height: 0.1 } };
  expect(await index([await anUnknownFace()], { IndexFaces: [{ FaceRecords: [{ Face: elsewhere }] }] })).toStrictEqual({
    answer: THROUGH,
    kept: { run: 'now', refused: true },
    calls: ['IndexFaces', 'DeleteFaces'],
  });
});

test('a face that is named, or whose photo is replaced, before it is its turn is not paid for', async () => {
  const gone = { answer: THROUGH, kept: { run: 'now', refused: false }, calls: [] };
  expect(await index([await anUnknownFace({ status: 'STRANGER' })])).toStrictEqual(gone);
  await server.close();
  expect(await index([{ ...(await anUnknownFace()), etag: 'older' }])).toStrictEqual(gone);
});

test('the vector of a face that is named during the call is removed again', async () => {
  const face = await anUnknownFace();
  const sleep = async () => {
    // Between the first look at the row and the answer of Rekognition.
    server.rekognition.middlewareStack.add((next) => async (args) => {
      const answer = await next(args);
      await services.putRow('results', { ...aFaceRecord({ image_id: name, status: 'STRANGER' }) });
      return answer;
    });
  };
  const indexMeter = { reserve: async () => [SLOT + 1] };
  expect(await index([face], undefined, { sleep, indexMeter })).toStrictEqual({
    answer: THROUGH,
    kept: { run: 'now', refused: false },
    calls: ['IndexFaces', 'DeleteFaces'],
  });
});

test('what another run was told counts only if the vector is in the collection', async () => {
  const face = await anUnknownFace();
  const earlier = { run: 'earlier', refused: false, face_id: FACE_ID };
  await services.putObject(indexedFaceKeyOf(face.id), JSON.stringify(earlier));
  expect(await index([face])).toMatchObject({ kept: { run: 'now' }, calls: ['IndexFaces'] });
  await server.close();
  // Then it is in the list.
  expect(await index([{ ...face, face_id: FACE_ID }])).toMatchObject({ calls: [] });
});

test('slots that are far ahead are reserved and waited for, then used', async () => {
  const indexMeter = { reserve: async () => [SLOT + 60_000] };
  const far = { next: 0, more: true, slots: [SLOT + 60_000], wait_until: '2026-03-01T12:00:59.000Z' };
  expect(await index([await anUnknownFace()], undefined, { indexMeter })).toMatchObject({ answer: far, calls: [] });
});

test('without its list, it says that the run has to be started again', async () => {
  server = await aScriptedRekognition({});
  const all = { ...services, rekognition: server.rekognition, unknownCollectionId: 'unknown' };
  expect(await failureOf(run({ bucket: BUCKET, run: 'gone', from: 0, slots: [] }, all))).toStrictEqual({
    name: 'FacesMissing',
    message: 'There is no work/grouping/runs/gone/fresh.json. It may have expired: group again.',
  });
});

test('an error that is no answer about the face fails the task', async () => {
  const face = await anUnknownFace();
  const denied = new ServiceError('AccessDeniedException', 'no');
  expect(await failureOf(index([face], { IndexFaces: [denied] }))).toMatchObject({ name: 'AccessDeniedException' });
});
