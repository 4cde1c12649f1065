import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Enrolment } from '../../schemas/payloads.ts';
import { run } from '../../tasks/check-enrolment.ts';
import { detectFaces, keepDetection } from '../../tasks/faces/detect.ts';
import { aDetail, aFace, anEnrolment, aPhoto, EVENT_TIME, FACE_ID, JANE, JOHN, MODEL } from '../support/builders.ts';
import { failureOf } from '../support/errors.ts';
import { aJpeg } from '../support/pictures.ts';
import { aScriptedRekognition, type ScriptedRekognition } from '../support/rekognition.ts';
import { BUCKET, SLOT, startTaskServices, type TaskServices } from '../support/task-services.ts';

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

interface Setting {
  readonly enrolment?: Partial<Enrolment>;
  /** What SearchFacesByImage finds, by person and similarity. */
  readonly alike?: Readonly<Record<string, number>>;
}

const checking = (...FaceDetails: object[]) => checkingIn({}, ...FaceDetails);

async function checkingIn({ enrolment: over = {}, alike = {} }: Setting, ...FaceDetails: object[]) {
  const FaceMatches = Object.entries(alike).map(([ExternalImageId, Similarity]) => ({
    Face: { FaceId: FACE_ID, ExternalImageId },
    Similarity,
  }));
  server = await aScriptedRekognition({
    DetectFaces: [{ FaceDetails }],
    SearchFacesByImage: [{ FaceMatches, FaceModelVersion: MODEL }],
  });
  const { rekognition, calls } = server;
  const enrolment = anEnrolment({ work_prefix: `work/${++photos}/`, ...over });
  const photo = aPhoto({ work_prefix: `work/photo-${photos}/`, picture: enrolment.picture });
  return {
    calls,
    photo,
    enrolment,
    check: () =>
      run(
        { enrolment, detect_at: SLOT, search_at: SLOT },
        { ...services, rekognition, collectionId: 'people', minPixels: 40 },
      ),
  };
}

const boxed = (Left: number, Top: number, Width: number, Height: number) =>
  aDetail({ BoundingBox: { Left, Top, Width, Height }, Emotions: [] });

const names = (calls: ScriptedRekognition['calls']) => calls.map(({ operation }) => operation);

test('one good face is what is wanted, and it is paid for once', async () => {
  const { check, calls, enrolment } = await checking(aDetail({ Emotions: [] }));
  const good = { face: aFace({ emotions: [] }), picture: enrolment.picture };
  expect(await check()).toStrictEqual(good);
  expect(await check()).toStrictEqual(good);
  expect(names(calls)).toStrictEqual(['DetectFaces', 'SearchFacesByImage']);
});

test('the same bytes as those of a photo are not paid for again', async () => {
  const { check, calls, photo } = await checking(aDetail({ Emotions: [] }));
  const detection = await detectFaces({ ...services, rekognition: server!.rekognition }, photo.picture, SLOT);
  await keepDetection(services.s3, photo.picture, photo.work_prefix, detection);
  expect(await check()).toMatchObject({ face: aFace({ emotions: [] }) });
  expect(names(calls)).toStrictEqual(['DetectFaces', 'SearchFacesByImage']);
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
  message: 'There are 3 faces in the photo. Crop it to the one person, or enrol the largest face with --largest.',
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
  name: 'FaceTurnedAway',
  message: 'The face is turned 46 degrees to the side; at most 45 will do. Choose a photo from the front.',
};
const DOWN = {
  name: 'FaceTurnedAway',
  message: 'The face is turned 46 degrees up or down; at most 45 will do. Choose a photo from the front.',
};
const BLURRED = {
  name: 'FaceBlurred',
  message: 'The face is blurred: sharpness 9 of 100; it needs 10. Choose a sharper photo.',
};
const DARK = {
  name: 'FaceTooDark',
  message: 'The face is too dark: brightness 19 of 100; it needs 20. Choose a photo with more light.',
};
const BRIGHT = {
  name: 'FaceTooBright',
  message: 'The face is overexposed: brightness 91 of 100; at most 90 will do. Choose a photo with less light.',
};

test.each([
  ['without a face', NO_FACE, []],
  ['of three people', SEVERAL, [boxed(0, 0, 0.3, 0.3), boxed(0.3, 0, 0.3, 0.3), boxed(0.6, 0, 0.2, 0.2)]],
  ['of somebody far away', SMALL, [boxed(0.5, 0.5, 0.0625, 0.08)]],
  ['of what is hardly a face', UNSURE, [aDetail({ Confidence: 79 })]],
  ['from the left', ASIDE, [aDetail({ Pose: { Yaw: -45.2 } })]],
  ['from the right', ASIDE, [aDetail({ Pose: { Yaw: 46 } })]],
  ['from above', DOWN, [aDetail({ Pose: { Pitch: -45.1 } })]],
  ['out of focus', BLURRED, [aDetail({ Quality: { Sharpness: 9.9, Brightness: 50 } })]],
  ['taken in the dark', DARK, [aDetail({ Quality: { Sharpness: 90, Brightness: 19.9 } })]],
  ['taken against the sun', BRIGHT, [aDetail({ Quality: { Sharpness: 90, Brightness: 90.1 } })]],
])('a photo %s is refused with what to do about it', async (_, refusal, details) => {
  const { check } = await checking(...details);
  expect(await failureOf(check())).toStrictEqual(refusal);
});

test('the least that a portrait needs is enough', async () => {
  const least = { Confidence: 80, Pose: { Yaw: 45, Pitch: -45 }, Quality: { Sharpness: 10, Brightness: 20 } };
  const { check } = await checking(aDetail(least));
  expect(await check()).toMatchObject({ face: { confidence: 80 } });
});

test('a face that looks like somebody else who is enrolled is refused with whom, and how much', async () => {
  const { check } = await checkingIn({ alike: { [JOHN]: 99.9, [JANE]: 99.4 } }, aDetail());
  expect(await failureOf(check())).toStrictEqual({
    name: 'LooksLikeAnother',
    message:
      `The face looks like ${JANE}, who is enrolled: 99 % similarity. ` +
      'If that is the same person, enrol the photo there; if not, enrol it with --force.',
  });
});

test.each([
  ['it looks only like the same person', { alike: { [JOHN]: 100, [JANE]: 98.9 } }],
  ['it is forced, and nothing is searched', { alike: { [JANE]: 100 }, enrolment: { force: true } }],
])('a face goes on if %s', async (_, setting) => {
  const { check, calls } = await checkingIn(setting, aDetail({ Emotions: [] }));
  expect(await check()).toMatchObject({ face: aFace({ emotions: [] }) });
  expect(names(calls)).toStrictEqual('enrolment' in setting ? ['DetectFaces'] : ['DetectFaces', 'SearchFacesByImage']);
});

test('people who were merged may look alike', async () => {
  const merged = { person_id: JANE, record: 'person', name: 'Jane Roe', created_at: EVENT_TIME };
  await services.putRow('people', { ...merged, status: 'KNOWN', timestamp: EVENT_TIME, merged_into: JOHN });
  const { check } = await checkingIn({ alike: { [JANE]: 100 } }, aDetail({ Emotions: [] }));
  expect(await check()).toMatchObject({ face: aFace({ emotions: [] }) });
  await services.putRow('people', { ...merged, status: 'KNOWN', timestamp: EVENT_TIME });
});

test('the largest of several faces is cut out, if that is what is wanted', async () => {
  const picture = anEnrolment().picture;
  const body = await aJpeg(picture.width, picture.height);
  const { etag, versionId } = await services.putObject(picture.key, body);
  const faces = [boxed(0.25, 0.25, 0.25, 0.5), boxed(0.6, 0.25, 0.2, 0.4)];
  const { check, calls, enrolment } = await checkingIn({ enrolment: { largest: true, etag } }, ...faces);
  const checked = await check();
  const key = `${enrolment.work_prefix}largest.jpg`;
  const sha256 = createHash('sha256')
    .update(await services.getObject(key))
    .digest('hex');
  expect(versionId).toBeTypeOf('string');
  expect(checked.picture).toStrictEqual({ bucket: BUCKET, key, width: 267, height: 400, format: 'jpeg', sha256 });
  expect(checked.face.bounding_box.left).toBeCloseTo(0.2, 1);
  expect(checked.face.bounding_box.width).toBeCloseTo(0.6, 1);
  expect(calls[1]?.input['Image']).toStrictEqual({ S3Object: { Bucket: BUCKET, Name: key } });
});
