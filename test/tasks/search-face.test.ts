import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ServiceError } from '../../local/aws-json.ts';
import { run } from '../../tasks/search-face.ts';
import { aCroppedFace, aPhoto, FACE_ID, JANE, JOHN, MODEL, OTHER_FACE_ID } from '../support/builders.ts';
import { failureOf } from '../support/errors.ts';
import { aScriptedRekognition, type Script, type ScriptedRekognition } from '../support/rekognition.ts';
import { startTaskServices, BUCKET, type TaskServices } from '../support/task-services.ts';

let taskServices: TaskServices;
let server: ScriptedRekognition | undefined;
let photos = 0;
beforeAll(async () => {
  taskServices = await startTaskServices();
});
afterEach(async () => {
  await server?.close();
  server = undefined;
});
afterAll(() => taskServices.close());

async function searching(script: Script) {
  server = await aScriptedRekognition(script);
  const { rekognition, calls } = server;
  const services = {
    ...taskServices,
    rekognition,
    collectionId: 'people',
    threshold: 80,
    searchBy: 'faces' as const,
    minPixels: 40,
  };
  const photo = aPhoto({ work_prefix: `work/${++photos}/` });
  return { calls, search: (face = aCroppedFace()) => run({ photo, face, postponed: {} }, services) };
}

const IN_THE_MIDDLE = { Left: 0.25, Top: 0.25, Width: 0.5, Height: 0.5 };
const found = (...FaceMatches: unknown[]) => ({
  SearchFacesByImage: [{ SearchedFaceBoundingBox: IN_THE_MIDDLE, FaceModelVersion: MODEL, FaceMatches }],
});
const match = (person: string | undefined, Similarity: number, FaceId = FACE_ID) => ({
  Similarity,
  Face: { FaceId, ExternalImageId: person },
});

test('a face above the threshold is matched, with the next person as the runner-up', async () => {
  const another = 'aaaaaaaa-1f4c-4f0b-9a55-6c1c8f1a2b3c';
  const { search, calls } = await searching(
    found(match(JANE, 40, OTHER_FACE_ID), match(JOHN, 97.5), match(JOHN, 90, another)),
  );
  const matched = {
    status: 'MATCHED',
    reason: 'SIMILARITY_ABOVE_THRESHOLD',
    best: { face_id: FACE_ID, person_id: JOHN, similarity: 97.5 },
    runner_up: { face_id: OTHER_FACE_ID, person_id: JANE, similarity: 40 },
    model_version: MODEL,
  };
  expect(await search()).toStrictEqual(matched);
  expect(await search()).toStrictEqual(matched);
  expect(calls).toStrictEqual([
    {
      operation: 'SearchFacesByImage',
      input: {
        CollectionId: 'people',
        Image: { S3Object: { Bucket: BUCKET, Name: 'faces/one/two/000.jpg' } },
        FaceMatchThreshold: 0,
        MaxFaces: 20,
        QualityFilter: 'AUTO',
      },
    },
  ]);
});

test.each([
  [80, 'MATCHED', 'SIMILARITY_ABOVE_THRESHOLD'],
  [79.99, 'UNKNOWN', 'SIMILARITY_BELOW_THRESHOLD'],
])('a similarity of %d is %s by a threshold of 80', async (similarity, status, reason) => {
  const { search } = await searching(found(match(JOHN, similarity)));
  const best = { face_id: FACE_ID, person_id: JOHN, similarity };
  expect(await search()).toStrictEqual({ status, reason, best, model_version: MODEL });
});

test.each([
  [0, 'COLLECTION_EMPTY'],
  [3, 'NO_CANDIDATE'],
])('without a match in a collection of %d faces the reason is %s', async (FaceCount, reason) => {
  const { search, calls } = await searching({ ...found(), DescribeCollection: [{ FaceCount }] });
  const unknown = { status: 'UNKNOWN', reason, model_version: MODEL };
  expect(await search()).toStrictEqual(unknown);
  expect(await search()).toStrictEqual(unknown);
  expect(calls.map(({ operation }) => operation)).toStrictEqual(['SearchFacesByImage', 'DescribeCollection']);
});

test('a throttle of the question whether the collection is empty does not pay for the search again', async () => {
  const throttled = new ServiceError('ThrottlingException', 'Slow down.');
  const { search, calls } = await searching({ ...found(), DescribeCollection: [throttled, { FaceCount: 0 }] });
  expect(await failureOf(search())).toStrictEqual({ name: 'ThrottlingException', message: 'Slow down.' });
  expect(await search()).toMatchObject({ status: 'UNKNOWN', reason: 'COLLECTION_EMPTY' });
  expect(calls.map(({ operation }) => operation)).toStrictEqual([
    'SearchFacesByImage',
    'DescribeCollection',
    'DescribeCollection',
  ]);
});

test('the faces of one photo ask once whether the collection is empty', async () => {
  const { search, calls } = await searching({ ...found(), DescribeCollection: [{ FaceCount: 0 }] });
  for (const index of [0, 1, 2]) {
    expect(await search(aCroppedFace({ index }))).toMatchObject({ reason: 'COLLECTION_EMPTY' });
  }
  expect(calls.filter(({ operation }) => operation === 'DescribeCollection')).toHaveLength(1);
});

test('a face that Rollcall did not enrol is passed over', async () => {
  const { search } = await searching(found(match('somebody-else', 99), match(undefined, 98), match(JOHN, 85)));
  expect(await search()).toMatchObject({ status: 'MATCHED', best: { person_id: JOHN, similarity: 85 } });
});

test('no usable face in the crop is an outcome of the face, remembered', async () => {
  const { search, calls } = await searching({
    SearchFacesByImage: [
      new ServiceError('InvalidParameterException', 'There are no faces in the image. Should be at least 1.'),
    ],
  });
  const outcome = { status: 'UNSEARCHABLE', reason: 'NO_USABLE_FACE_IN_CROP' };
  expect(await search()).toStrictEqual(outcome);
  expect(await search()).toStrictEqual(outcome);
  expect(calls).toHaveLength(1);
});

test('a bad parameter is an error, though Rekognition gives it the same name', async () => {
  const { search } = await searching({
    SearchFacesByImage: [new ServiceError('InvalidParameterException', 'Request has invalid parameters.')],
  });
  expect(await failureOf(search())).toStrictEqual({
    name: 'InvalidParameterException',
    message: 'Request has invalid parameters.',
  });
});

test('when another face of the crop was searched, its person is not ours', async () => {
  const { search } = await searching({
    SearchFacesByImage: [
      {
        SearchedFaceBoundingBox: { Left: 0.85, Top: 0.2, Width: 0.1, Height: 0.6 },
        FaceModelVersion: MODEL,
        FaceMatches: [match(JOHN, 99)],
      },
    ],
  });
  expect(await search()).toStrictEqual({ status: 'UNSEARCHABLE', reason: 'OTHER_FACE_IN_CROP', model_version: MODEL });
});

test('a face under the least size is not searched at all', async () => {
  const { search, calls } = await searching(found(match(JOHN, 99)));
  expect(await search(aCroppedFace({ pixels: 39 }))).toStrictEqual({
    status: 'UNSEARCHABLE',
    reason: 'FACE_TOO_SMALL',
  });
  expect(calls).toStrictEqual([]);
  expect(await search(aCroppedFace({ pixels: 40 }))).toMatchObject({ status: 'MATCHED' });
});

test('a throttled search is not remembered', async () => {
  const throttled = new ServiceError('ProvisionedThroughputExceededException', 'Slow down.');
  const { search } = await searching({
    SearchFacesByImage: [throttled, ...found(match(JOHN, 99)).SearchFacesByImage],
  });
  expect(await failureOf(search())).toStrictEqual({
    name: 'ProvisionedThroughputExceededException',
    message: 'Slow down.',
  });
  expect(await search()).toMatchObject({ status: 'MATCHED' });
});

test('a missing collection is an error', async () => {
  const missing = new ServiceError('ResourceNotFoundException', 'The collection id: people does not exist');
  const { search } = await searching({ SearchFacesByImage: [missing] });
  expect(await failureOf(search())).toMatchObject({ name: 'ResourceNotFoundException' });
});

test('the faces of one photo are searched apart', async () => {
  const { search, calls } = await searching(found(match(JOHN, 99)));
  await search(aCroppedFace({ index: 0 }));
  await search(aCroppedFace({ index: 1 }));
  expect(calls.map(({ input }) => input['Image'])).toStrictEqual([
    { S3Object: { Bucket: BUCKET, Name: 'faces/one/two/000.jpg' } },
    { S3Object: { Bucket: BUCKET, Name: 'faces/one/two/001.jpg' } },
  ]);
});
