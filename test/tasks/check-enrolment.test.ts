import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { run } from '../../tasks/check-enrolment.ts';
import { detectFaces, keepDetection } from '../../tasks/faces/detect.ts';
import { aDetail, aFace, anEnrolment, aPhoto } from '../support/builders.ts';
import { failureOf } from '../support/errors.ts';
import { aScriptedRekognition, type ScriptedRekognition } from '../support/rekognition.ts';
import { SLOT, startTaskServices, type TaskServices } from '../support/task-services.ts';

let services: TaskServices;
let server: ScriptedRekognition | undefined;
let photos = 0;
beforeAll(async () => {
  services = await startTaskServices();
});
afterEach(async () => {
  await server?.close();
  server = undefined;
});
afterAll(() => services.close());

async function checking(...FaceDetails: object[]) {
  server = await aScriptedRekognition({ DetectFaces: [{ FaceDetails }] });
  const { rekognition, calls } = server;
  const enrolment = anEnrolment({ work_prefix: `work/${++photos}/` });
  const photo = aPhoto({ work_prefix: `work/photo-${photos}/`, picture: enrolment.picture });
  return {
    calls,
    photo,
    check: () => run({ enrolment, detect_at: SLOT }, { ...services, rekognition, minPixels: 40 }),
  };
}

const boxed = (Left: number, Top: number, Width: number, Height: number) =>
  aDetail({ BoundingBox: { Left, Top, Width, Height }, Emotions: [] });

test('one good face is what is wanted, and it is paid for once', async () => {
  const { check, calls } = await checking(aDetail({ Emotions: [] }));
  expect(await check()).toStrictEqual({ face: aFace({ emotions: [] }) });
  expect(await check()).toStrictEqual({ face: aFace({ emotions: [] }) });
  expect(calls).toHaveLength(1);
});

test('the same bytes as those of a photo are not paid for again', async () => {
  const { check, calls, photo } = await checking(aDetail({ Emotions: [] }));
  const detection = await detectFaces({ ...services, rekognition: server!.rekognition }, photo.picture, SLOT);
  await keepDetection(services.s3, photo.picture, photo.work_prefix, detection);
  expect(await check()).toStrictEqual({ face: aFace({ emotions: [] }) });
  expect(calls).toHaveLength(1);
});

test('a bystander of a tenth of the sitter is background', async () => {
  const sitter = boxed(0, 0, 0.5, 0.5);
  const { check } = await checking(sitter, boxed(0.75, 0, 0.125, 0.1875));
  expect(await check()).toMatchObject({ face: { index: 0, bounding_box: { left: 0, width: 0.5 } } });
});

const NO_FACE = {
  name: 'NoFaceInPhoto',
  message: 'There is no face in the photo. Choose one that shows the face from the front.',
};
const SEVERAL = {
  name: 'SeveralFacesInPhoto',
  message: 'There are 3 faces in the photo. Crop it to the one person.',
};
const SMALL = {
  name: 'FaceTooSmall',
  message: 'The face is 39 pixels wide; it needs 40. Choose a closer or larger photo.',
};
const UNSURE = {
  name: 'FaceQualityTooLow',
  message: 'It is a face with 79 % confidence; it needs 80. Choose a clearer photo.',
};
const ASIDE = {
  name: 'FaceQualityTooLow',
  message: 'The face is seen from the side. Choose a photo from the front.',
};

test.each([
  ['without a face', NO_FACE, []],
  ['of three people', SEVERAL, [boxed(0, 0, 0.3, 0.3), boxed(0.3, 0, 0.3, 0.3), boxed(0.6, 0, 0.2, 0.2)]],
  ['of somebody far away', SMALL, [boxed(0.5, 0.5, 0.0625, 0.08)]],
  ['of what is hardly a face', UNSURE, [aDetail({ Confidence: 79 })]],
  ['from the left', ASIDE, [aDetail({ Pose: { Yaw: -61 } })]],
  ['from the right', ASIDE, [aDetail({ Pose: { Yaw: 61 } })]],
])('a photo %s is refused with what to do about it', async (_, refusal, details) => {
  const { check } = await checking(...details);
  expect(await failureOf(check())).toStrictEqual(refusal);
});
