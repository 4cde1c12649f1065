import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ServiceError } from '../../local/aws-json.ts';
import { run } from '../../tasks/index-face.ts';
import { aFace, anEnrolment, FACE_ID, JOHN, MODEL } from '../support/builders.ts';
import { failureOf } from '../support/errors.ts';
import { aScriptedRekognition, type ScriptedRekognition } from '../support/rekognition.ts';
import { startTaskServices, BUCKET, SLOT, type TaskServices } from '../support/task-services.ts';

let services: TaskServices;
let server: ScriptedRekognition | undefined;
beforeAll(async () => {
  services = await startTaskServices();
});
afterEach(async () => {
  await server?.close();
  server = undefined;
});
afterAll(() => services.close());

async function indexing(work_prefix: string, ...IndexFaces: unknown[]) {
  server = await aScriptedRekognition({ IndexFaces });
  const { rekognition, calls } = server;
  const enrolment = anEnrolment({ work_prefix, record: `enrolment#${work_prefix}` });
  const index = () =>
    run(
      { enrolment, face: aFace(), picture: enrolment.picture, index_at: SLOT },
      { ...services, rekognition, collectionId: 'people' },
    );
  return { calls, index };
}

const BOX = { Left: 0.26, Top: 0.24, Width: 0.25, Height: 0.5 };
const INDEXED = {
  FaceRecords: [{ Face: { FaceId: FACE_ID, BoundingBox: BOX, Confidence: 99.5 } }],
  FaceModelVersion: MODEL,
};

test('the one face is stored under the person’s id, and paid for once', async () => {
  const { index, calls } = await indexing('work/one/', INDEXED);
  expect(await index()).toStrictEqual({ face_id: FACE_ID, model_version: MODEL });
  expect(await index()).toStrictEqual({ face_id: FACE_ID, model_version: MODEL });
  expect(calls).toStrictEqual([
    {
      operation: 'IndexFaces',
      input: {
        CollectionId: 'people',
        Image: { S3Object: { Bucket: BUCKET, Name: 'enroll/john_doe.jpg' } },
        ExternalImageId: JOHN,
        MaxFaces: 1,
        QualityFilter: 'AUTO',
        DetectionAttributes: ['DEFAULT'],
      },
    },
  ]);
});

test('a face that Rekognition did not store is refused with its reasons', async () => {
  const unindexed = { FaceRecords: [], UnindexedFaces: [{ Reasons: ['LOW_SHARPNESS', 'EXTREME_POSE'] }] };
  const { index } = await indexing('work/refused/', unindexed);
  expect(await failureOf(index())).toStrictEqual({
    name: 'FaceQualityTooLow',
    message: 'The face was not stored (LOW_SHARPNESS, EXTREME_POSE). Choose a sharper, closer photo.',
  });
  const rows = await services.rowsOf('people', JOHN);
  expect(rows.filter(({ face_id }) => face_id === undefined)).toStrictEqual([]);
});

test('a throttled call keeps its name, and the next one is made', async () => {
  const throttled = new ServiceError('ThrottlingException', 'Slow down.');
  const { index, calls } = await indexing('work/throttled/', throttled, INDEXED);
  expect(await failureOf(index())).toStrictEqual({ name: 'ThrottlingException', message: 'Slow down.' });
  expect(await index()).toStrictEqual({ face_id: FACE_ID, model_version: MODEL });
  expect(calls).toHaveLength(2);
});
