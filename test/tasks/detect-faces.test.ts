import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ServiceError } from '../../local/aws-json.ts';
import { sharedDetectionKeyOf } from '../../schemas/keys.ts';
import { run } from '../../tasks/detect-faces.ts';
import { detectFaces, keepDetection, rememberedDetection } from '../../tasks/faces/detect.ts';
import { removeObject } from '../../tasks/storage/objects.ts';
import { aCroppedFace, aDetail, aPhoto, aPicture } from '../support/builders.ts';
import { failureOf } from '../support/errors.ts';
import { aJpeg } from '../support/pictures.ts';
import { aBrokenConnection, aScriptedRekognition, type ScriptedRekognition } from '../support/rekognition.ts';
import { startTaskServices, BUCKET, SLOT, type TaskServices } from '../support/task-services.ts';

let taskServices: TaskServices;
/** Of input/a.jpg, the photo of nearly every test. */
let photoVersion: string;
let scripted: Pick<ScriptedRekognition, 'close'>[] = [];
beforeAll(async () => {
  taskServices = await startTaskServices();
  photoVersion = String((await taskServices.putObject('input/a.jpg', await aJpeg(640, 480))).versionId);
});
afterEach(async () => {
  await Promise.all(scripted.map((server) => server.close()));
  scripted = [];
});
afterAll(() => taskServices.close());

async function answering(...answers: unknown[]) {
  const server = await aScriptedRekognition({ DetectFaces: answers });
  scripted.push(server);
  return { ...server, services: { ...taskServices, rekognition: server.rekognition, minPixels: 40 } };
}

const SHORT = aCroppedFace({
  crop_key: 'faces/one/000.jpg',
  in_crop: { left: 53 / 267, top: 0.2, width: 160 / 267, height: 0.6 },
  search_at: SLOT,
  emotions: [
    { type: 'HAPPY', confidence: 98 },
    { type: 'CALM', confidence: 1 },
    { type: 'FEAR', confidence: 0.75 },
  ],
});

test('faces are short, largest first, and the whole answer stays in work/', async () => {
  const small = aDetail({ BoundingBox: { Left: 0.7, Top: 0.1, Width: 0.1, Height: 0.1 }, Emotions: undefined });
  const { services, calls } = await answering({ FaceDetails: [small, aDetail()] });
  const photo = aPhoto({ work_prefix: 'work/one/', picture: aPicture({ version_id: photoVersion }) });
  const details_key = 'work/one/detected.json';
  expect(await run({ photo, detect_at: SLOT }, services)).toStrictEqual({
    faces: [
      SHORT,
      aCroppedFace({
        index: 1,
        search_at: SLOT,
        crop_key: 'faces/one/001.jpg',
        pixels: 48,
        in_crop: { left: 21 / 107, top: 0.2, width: 64 / 107, height: 0.6 },
        bounding_box: { left: 0.7, top: 0.1, width: 0.09999999999999998, height: 0.1 },
        emotions: [],
      }),
    ],
    count: 2,
    details_key,
  });
  expect(calls).toStrictEqual([
    {
      operation: 'DetectFaces',
      input: {
        Image: { S3Object: { Bucket: BUCKET, Name: 'input/a.jpg', Version: photoVersion } },
        Attributes: ['ALL'],
      },
    },
  ]);
  const { Emotions: _, ...rest } = small as Record<string, unknown>;
  expect(await taskServices.getJson(details_key)).toStrictEqual({ faces: [aDetail(), rest] });
});

test('detecting twice is paid for once', async () => {
  const { services, calls } = await answering({ FaceDetails: [aDetail()] });
  const photo = aPhoto({ work_prefix: 'work/twice/' });
  const once = await run({ photo, detect_at: SLOT }, services);
  expect(await run({ photo, detect_at: SLOT }, services)).toStrictEqual(once);
  expect(calls).toHaveLength(1);
});

test('the same bytes under another key and version are paid for once, and each keeps an answer of its own', async () => {
  const { services, calls } = await answering({ FaceDetails: [aDetail()] });
  const picture = (key: string) => aPicture({ key, sha256: 'a'.repeat(64) });
  for (const key of ['input/1.jpg', 'input/2.jpg']) await taskServices.putObject(key, await aJpeg(640, 480));
  const first = aPhoto({ key: 'input/1.jpg', work_prefix: 'work/first/', picture: picture('input/1.jpg') });
  const second = aPhoto({ key: 'input/2.jpg', work_prefix: 'work/second/', picture: picture('input/2.jpg') });
  const found = await run({ photo: first, detect_at: SLOT }, services);
  expect(await run({ photo: second, detect_at: SLOT }, services)).toStrictEqual({
    ...found,
    faces: found.faces.map((face) => ({ ...face, crop_key: 'faces/second/000.jpg' })),
    details_key: 'work/second/detected.json',
  });
  expect(calls).toHaveLength(1);
  const whole = await taskServices.getJson('work/first/detected.json');
  expect(await taskServices.getJson('work/second/detected.json')).toStrictEqual(whole);
  expect(await taskServices.getJson(sharedDetectionKeyOf('a'.repeat(64)))).toStrictEqual(whole);
});

test('an answer of which one copy is left is remembered, and both are there again', async () => {
  const { services, calls } = await answering({ FaceDetails: [aDetail()] });
  const { picture } = aPhoto({ work_prefix: 'work/kept/' });
  const keys = ['work/kept/detected.json', sharedDetectionKeyOf(picture.sha256)];
  const remembered = () => rememberedDetection(taskServices.s3, picture, 'work/kept/');
  const remove = (key: string) => removeObject(taskServices.s3, BUCKET, key);
  expect(await remembered()).toBeUndefined();
  const detection = await detectFaces(services, picture, SLOT);
  await keepDetection(taskServices.s3, picture, 'work/kept/', detection);
  for (const key of keys) {
    await remove(key);
    expect(await remembered()).toStrictEqual(detection);
    expect(await taskServices.getJson(key)).toStrictEqual(detection);
  }
  await Promise.all(keys.map(remove));
  expect(await remembered()).toBeUndefined();
  expect(calls).toHaveLength(1);
});

test('no faces is a result, and remembered too', async () => {
  const { services, calls } = await answering({ FaceDetails: [] });
  const photo = aPhoto({ work_prefix: 'work/none/' });
  const nobody = { faces: [], count: 0, details_key: 'work/none/detected.json' };
  expect(await run({ photo, detect_at: SLOT }, services)).toStrictEqual(nobody);
  expect(await run({ photo, detect_at: SLOT }, services)).toStrictEqual(nobody);
  expect(calls).toHaveLength(1);
});

test('a box that reaches out of the picture is clamped into it', async () => {
  const { services } = await answering({
    FaceDetails: [
      aDetail({ BoundingBox: { Left: -0.125, Top: -0.25, Width: 0.5, Height: 2 }, Emotions: [] }),
      aDetail({ BoundingBox: { Left: 0.875, Top: 0.75, Width: 0.5, Height: 0.5 }, Emotions: [] }),
    ],
  });
  const { faces } = await run({ photo: aPhoto({ work_prefix: 'work/clamped/' }), detect_at: SLOT }, services);
  expect(faces.map(({ bounding_box }) => bounding_box)).toStrictEqual([
    { left: 0, top: 0, width: 0.375, height: 1 },
    { left: 0.875, top: 0.75, width: 0.125, height: 0.25 },
  ]);
});

test.each([
  'ThrottlingException',
  'ProvisionedThroughputExceededException',
  'InternalServerError',
  'InvalidImageFormatException',
  'ImageTooLargeException',
  'InvalidS3ObjectException',
  'AccessDeniedException',
])('%s keeps its name, and nothing is remembered', async (name) => {
  const { services, calls } = await answering(new ServiceError(name, 'As the service says.'), { FaceDetails: [] });
  const photo = aPhoto({ work_prefix: `work/${name}/` });
  expect(await failureOf(run({ photo, detect_at: SLOT }, services))).toStrictEqual({
    name,
    message: 'As the service says.',
  });
  expect(calls).toHaveLength(1);
  expect(await run({ photo, detect_at: SLOT }, services)).toMatchObject({ count: 0 });
  expect(calls).toHaveLength(2);
});

test('a broken connection is one that Retry knows by name', async () => {
  const line = await aBrokenConnection();
  scripted.push(line);
  const { name } = (await failureOf(
    run(
      { photo: aPhoto({ work_prefix: 'work/broken/' }), detect_at: SLOT },
      { ...taskServices, rekognition: line.rekognition, minPixels: 40 },
    ),
  )) as Error;
  // The SDK gives a broken socket this name; define-task gives NetworkError to what it leaves unnamed.
  expect(name).toBe('TimeoutError');
});

test('a paid answer is kept although the pixels cannot be read, and is not paid for again', async () => {
  const { services, calls } = await answering({ FaceDetails: [aDetail()] });
  const picture = aPicture({ version_id: photoVersion, sha256: 'of pixels that cannot be read' });
  const photo = aPhoto({ work_prefix: 'work/unread/', picture });
  const crops = { read: () => Promise.reject(new Error('not now')), write: () => Promise.resolve([]) };
  expect(await failureOf(run({ photo, detect_at: SLOT }, services, crops))).toStrictEqual({
    name: 'Error',
    message: 'not now',
  });
  expect((await run({ photo, detect_at: SLOT }, services)).count).toBe(1);
  expect(calls).toHaveLength(1);
});
