import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Slot } from '../../../schemas/pacing.ts';
import type { PaidOperation } from '../../../schemas/quotas.ts';
import { run as checkEnrolment } from '../../../tasks/check-enrolment.ts';
import { run as detectFaces } from '../../../tasks/detect-faces.ts';
import { refuseLookAlike } from '../../../tasks/enrolment/look-alike.ts';
import { run as indexFace } from '../../../tasks/index-face.ts';
import { run as loadEnrolment } from '../../../tasks/load-enrolment.ts';
import { run as loadImage } from '../../../tasks/load-image.ts';
import { Meter } from '../../../tasks/pacing/meter.ts';
import { run as searchFace } from '../../../tasks/search-face.ts';
import {
  aCroppedFace,
  aDetail,
  aFace,
  aMatch,
  anEnrolment,
  anInput,
  aPhoto,
  aPicture,
  FACE_ID,
} from '../../support/builders.ts';
import { failureOf } from '../../support/errors.ts';
import { aJpeg } from '../../support/pictures.ts';
import { aScriptedRekognition, type ScriptedRekognition } from '../../support/rekognition.ts';
import { BUCKET, NOW, SLOT, startTaskServices, type TaskServices } from '../../support/task-services.ts';

let taskServices: TaskServices;
let server: ScriptedRekognition;
let jpeg: Buffer;
/** Of input/a.jpg, which most tests detect faces in. */
let photoVersion: string;
let photos = 0;
beforeAll(async () => {
  taskServices = await startTaskServices();
  jpeg = await aJpeg();
  photoVersion = String((await taskServices.putObject('input/a.jpg', jpeg)).versionId);
});
beforeEach(async () => {
  taskServices.clock.now = new Date(NOW);
  const large = aDetail();
  const small = aDetail({ BoundingBox: { Left: 0.1, Top: 0.1, Width: 0.01, Height: 0.01 } });
  server = await aScriptedRekognition({
    DetectFaces: [{ FaceDetails: [large, large, small] }],
    SearchFacesByImage: [{ FaceMatches: [], FaceModelVersion: '7.0' }],
    DescribeCollection: [{ FaceCount: 1 }],
    IndexFaces: [{ FaceRecords: [{ Face: { FaceId: FACE_ID, BoundingBox: large.BoundingBox } }] }],
  });
});
afterEach(() => server.close());
afterAll(() => taskServices.close());

/** With meters of one call per second, each of whose first free slot is this many milliseconds ahead. */
async function services(ahead: number) {
  const { dynamoDb, resultsTable, now } = taskServices;
  const meter = (operation: PaidOperation) => new Meter({ dynamoDb, resultsTable, operation, rate: 1, now });
  for (const image_id of ['DetectFaces', 'SearchFacesByImage', 'IndexFaces']) {
    await taskServices.putRow('results', { image_id, record: 'meter', next_interactive: SLOT + ahead });
  }
  return {
    ...taskServices,
    rekognition: server.rekognition,
    collectionId: 'people',
    threshold: 80,
    searchBy: 'faces' as const,
    minPixels: 40,
    detectMeter: meter('DetectFaces'),
    searchMeter: meter('SearchFacesByImage'),
    indexMeter: meter('IndexFaces'),
  };
}

async function uploaded(folder: 'input' | 'enroll', lane?: 'bulk', metadata?: Record<string, string>) {
  const key = `${folder}/photo-${++photos}.jpg`;
  const Body = Buffer.concat([jpeg, Buffer.from(key)]);
  const put = new PutObjectCommand({ Bucket: BUCKET, Key: key, Body, ...(metadata && { Metadata: metadata }) });
  const { ETag = '', VersionId: versionId } = await taskServices.s3.send(put);
  const etag = ETag.replaceAll('"', '');
  const input = anInput({ key, etag, size: jpeg.length + key.length, version_id: versionId! });
  return lane === undefined ? input : { ...input, detail: { ...input.detail, lane } };
}

const paidCalls = () => server.calls.map(({ operation }) => operation);
const elapsed = () => taskServices.clock.now.getTime() - SLOT;
const aNewPhoto = () => {
  const work_prefix = `work/${++photos}/`;
  return aPhoto({ work_prefix, picture: aPicture({ sha256: work_prefix, version_id: photoVersion }) });
};

test('a photo waits in the machine for a slot that is more than a second ahead', async () => {
  const input = await uploaded('input');
  expect(await loadImage(input, await services(1000))).not.toHaveProperty('wait_until');
  expect(await loadImage(input, await services(1001))).toMatchObject({
    detect_at: SLOT + 1001,
    wait_until: '2026-03-01T12:00:00.001Z',
  });
});

test('nobody waits for a detection that is remembered', async () => {
  const input = await uploaded('input');
  const busy = await services(3_600_000);
  const loaded = await loadImage(input, busy);
  if (!loaded.proceed) throw new Error(loaded.because);
  expect(loaded.wait_until).toBe('2026-03-01T12:59:59.000Z');
  await detectFaces({ ...loaded, detect_at: SLOT }, busy);
  const again = await loadImage(input, busy);
  expect(again).not.toHaveProperty('wait_until');
});

test('an enrolment waits once, for the latest of its three slots', async () => {
  const busy = await services(0);
  await busy.indexMeter.reserve(5, 'interactive');
  expect(await loadEnrolment(await uploaded('enroll'), busy)).toMatchObject({
    detect_at: SLOT,
    search_at: SLOT,
    index_at: SLOT + 5000,
    wait_until: '2026-03-01T12:00:04.000Z',
  });
});

test('the faces of a photo are searched one slot after the other, except those that are too small', async () => {
  const { faces, wait_until } = await detectFaces({ photo: aNewPhoto(), detect_at: SLOT }, await services(60_000));
  expect(faces.map(({ search_at }) => search_at)).toStrictEqual([SLOT + 60_000, SLOT + 61_000, undefined]);
  expect(wait_until).toBe('2026-03-01T12:00:59.000Z');
});

test('no slot is reserved for a face whose search is remembered', async () => {
  const photo = aNewPhoto();
  const busy = await services(60_000);
  await detectFaces({ photo, detect_at: SLOT }, busy);
  await taskServices.putObject(`${photo.work_prefix}search-000.json`, JSON.stringify(aMatch()));
  const { faces, wait_until } = await detectFaces({ photo, detect_at: SLOT }, busy);
  expect(faces.map(({ search_at }) => search_at)).toStrictEqual([undefined, SLOT + 62_000, undefined]);
  expect(wait_until).toBe('2026-03-01T12:01:01.000Z');
});

test.each([
  ['bulk', { lane: 'bulk' }],
  ['interactive', { lane: 'express' }],
  ['interactive', {}],
] as const)('a photo is of the lane %s if its object has the metadata %j', async (lane, metadata) => {
  const input = await uploaded('input', undefined, metadata);
  expect(await loadImage(input, await services(0))).toMatchObject({ photo: { lane } });
});

test('the lane of the execution’s input comes first, and goes on with the photo', async () => {
  const loaded = await loadImage(await uploaded('input', 'bulk'), await services(0));
  if (!loaded.proceed) throw new Error(loaded.because);
  expect(loaded.photo.lane).toBe('bulk');
  const rows = await taskServices.rowsOf('results', 'DetectFaces');
  expect(rows[0]).toMatchObject({ next_bulk: SLOT + 1176.471 });
});

const aNewEnrolment = () => anEnrolment({ work_prefix: `work/${++photos}/` });

type Services = Awaited<ReturnType<typeof services>>;
type Pay = (slot: Slot, by: Services) => Promise<unknown>;

const search = (search_at: Slot, by: Services, photo = aNewPhoto(), postponed = {}) =>
  searchFace({ photo, face: aCroppedFace({ search_at }), postponed }, by);

/** The paid calls of a photo, in this slot. */
const OF_A_PHOTO: Readonly<Record<string, Pay>> = {
  DetectFaces: (detect_at, by) => detectFaces({ photo: aNewPhoto(), detect_at }, by),
  SearchFacesByImage: (search_at, by) => search(search_at, by),
};

const OF_AN_ENROLMENT: Readonly<Record<string, Pay>> = {
  'DetectFaces of an enrolment': (detect_at, by) =>
    checkEnrolment({ enrolment: aNewEnrolment(), detect_at, search_at: detect_at }, by).catch((error: Error) => {
      // Three faces are refused, after the call.
      if (error.name !== 'SeveralFacesInPhoto') throw error;
    }),
  'SearchFacesByImage of an enrolment': async (search_at, by) => {
    const enrolment = aNewEnrolment();
    const shown = { picture: enrolment.picture, face: aFace() };
    await refuseLookAlike(enrolment, { ...shown, search_at }, by);
  },
  IndexFaces: (index_at, by) => {
    const enrolment = aNewEnrolment();
    return indexFace({ enrolment, picture: enrolment.picture, face: aFace(), index_at }, by);
  },
};

test.each([
  ...Object.entries(OF_A_PHOTO).map(([name, pay]) => [name, pay, 2000] as const),
  ...Object.entries(OF_AN_ENROLMENT).map(([name, pay]) => [name, pay, 899_000] as const),
])('%s is called in its slot, or a little late', async (name, pay, late) => {
  const operation = name.split(' ')[0];
  const busy = await services(60_000);
  await pay(SLOT + 800, busy);
  expect([elapsed(), paidCalls().filter((one) => one === operation)]).toStrictEqual([800, [operation]]);
  await pay(SLOT + 800 - late, busy);
  expect([elapsed(), paidCalls().filter((one) => one === operation)]).toStrictEqual([800, [operation, operation]]);
});

test.each(Object.entries(OF_AN_ENROLMENT))(
  '%s gives up a slot that has long passed, before it pays',
  async (_, pay) => {
    expect(await failureOf(pay(SLOT - 900_001, await services(0)))).toStrictEqual({
      name: 'SlotMissed',
      message: 'The slot for this call was 900 s ago.',
    });
    expect(paidCalls()).toStrictEqual([]);
  },
);

test.each(Object.entries(OF_A_PHOTO))(
  '%s that is late by up to half a minute is made at once, at half of the rate',
  async (operation, pay) => {
    const busy = await services(600_000);
    const calls: boolean[] = [];
    for (const waits of [0, 0, 1999, 2]) {
      await taskServices.sleep(waits);
      const before = server.calls.length;
      await pay(SLOT + elapsed() - 30_000, busy).catch((error: Error) => {
        if (error.name !== 'SlotMissed') throw error;
      });
      calls.push(paidCalls().slice(before).includes(operation));
    }
    expect(calls).toStrictEqual([true, false, false, true]);
  },
);

test.each(Object.entries(OF_A_PHOTO))('%s that is later is made at once if a slot is near', async (operation, pay) => {
  await pay(SLOT - 30_001, await services(1000));
  expect([elapsed(), paidCalls().filter((one) => one === operation)]).toStrictEqual([1000, [operation]]);
});

test('a detection that is later gives up its slot if the next one is far, before it pays', async () => {
  expect(await failureOf(OF_A_PHOTO['DetectFaces']!(SLOT - 30_001, await services(60_000)))).toStrictEqual({
    name: 'SlotMissed',
    message: 'The detection was late for its slot, and no other is free before 2026-03-01T12:00:59.000Z.',
  });
  expect(paidCalls()).toStrictEqual([]);
});

test('a search that is later is postponed if the next slot is far, and made in that one', async () => {
  const [photo, busy] = [aNewPhoto(), await services(5000)];
  const postponed = await search(SLOT - 30_001, busy, photo);
  expect(postponed).toStrictEqual({ search_at: SLOT + 5000, wait_until: '2026-03-01T12:00:04.000Z' });
  expect(paidCalls()).toStrictEqual([]);
  expect(await search(SLOT - 30_001, busy, photo, postponed)).toMatchObject({ status: 'UNKNOWN' });
  expect([elapsed(), paidCalls()]).toStrictEqual([5000, ['SearchFacesByImage', 'DescribeCollection']]);
});

test('a search whose answer is remembered needs no slot, however late it is', async () => {
  const [photo, busy] = [aNewPhoto(), await services(60_000)];
  await taskServices.putObject(`${photo.work_prefix}search-000.json`, JSON.stringify(aMatch()));
  expect(await search(SLOT - 2001, busy, photo)).toStrictEqual(aMatch());
  expect(await taskServices.rowsOf('results', 'SearchFacesByImage')).toMatchObject([
    { next_interactive: SLOT + 60_000 },
  ]);
});

test('a function never sleeps longer than ten seconds', async () => {
  await search(SLOT + 60_000, await services(0));
  expect(elapsed()).toBe(10_000);
});
