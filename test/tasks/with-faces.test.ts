import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { s3Reader, startRekognition, type Rekognition } from '../../local/rekognition/server.ts';
import { openStore, type Store } from '../../local/store.ts';
import type { DetectedFace } from '../../schemas/faces.ts';
import type { Photo } from '../../schemas/payloads.ts';
import type { Input } from '../../schemas/tasks.ts';
import { run as checkEnrolment } from '../../tasks/check-enrolment.ts';
import { run as detectFaces } from '../../tasks/detect-faces.ts';
import { run as indexFace } from '../../tasks/index-face.ts';
import { run as loadEnrolment } from '../../tasks/load-enrolment.ts';
import { run as loadImage } from '../../tasks/load-image.ts';
import { run as persistFace } from '../../tasks/persist-face.ts';
import { run as persistPerson } from '../../tasks/persist-person.ts';
import { run as searchFace } from '../../tasks/search-face.ts';
import { run as writeProcessed } from '../../tasks/write-processed.ts';
import { anInput } from '../support/builders.ts';
import { countCalls } from '../support/rekognition.ts';
import { SLOT, startTaskServices, type TaskServices } from '../support/task-services.ts';

/** Three people, in the face library's own package. */
const SAMPLE = join(
  dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')),
  'demo/sample1.jpg',
);

let taskServices: TaskServices;
let folder: string;
let store: Store;
let engine: Rekognition;
let server: Awaited<ReturnType<typeof countCalls>>;
let sample: Buffer;

beforeAll(async () => {
  taskServices = await startTaskServices();
  folder = await mkdtemp(join(tmpdir(), 'rollcall-faces-'));
  store = await openStore(folder);
  engine = await startRekognition({ store, readObject: s3Reader(taskServices.s3), workers: 1 });
  await engine.ensureCollection('people');
  server = await countCalls(engine.handler);
  sample = await sharp(await readFile(SAMPLE))
    .resize(1000)
    .jpeg()
    .toBuffer();
});
afterAll(async () => {
  await server.close();
  await engine.close();
  await store.close();
  await rm(folder, { recursive: true });
  await taskServices.close();
});

const services = () => ({
  ...taskServices,
  rekognition: server.rekognition,
  collectionId: 'people',
  threshold: 80,
  searchBy: 'faces' as const,
  minPixels: 40,
});

async function uploaded(key: string, body: Buffer): Promise<Input<'load-image'>> {
  const { etag, versionId } = await taskServices.putObject(key, body);
  return anInput({ key, etag, size: body.length, version_id: versionId! });
}

async function load(input: Input<'load-image'>): Promise<Photo> {
  const loaded = await loadImage(input, taskServices);
  if (!loaded.proceed) throw new Error(loaded.because);
  return loaded.photo;
}

/** The tasks of the recognition machine, in its order. */
async function recognize(input: Input<'load-image'>) {
  const photo = await load(input);
  const { faces, count, details_key } = await detectFaces({ photo, detect_at: SLOT }, services());
  for (const face of faces) {
    const search = await searchFace({ photo, face, postponed: {} }, services());
    await persistFace({ photo, face, search }, taskServices);
  }
  return writeProcessed({ photo, details_key, face_count: count }, taskServices);
}

async function enroll(input: Input<'load-image'>) {
  const loaded = await loadEnrolment(input, taskServices);
  if (!loaded.proceed) throw new Error(loaded.because);
  const { enrolment } = loaded;
  const checked = await checkEnrolment({ enrolment, detect_at: SLOT, search_at: SLOT }, services());
  const { face_id } = await indexFace({ enrolment, ...checked, index_at: SLOT }, services());
  return { ...(await persistPerson({ enrolment, face_id }, services())), face_id };
}

/** What was paid for since the last look. */
function calls(): Record<string, number> {
  const counts = { ...server.counts };
  for (const operation of Object.keys(counts)) delete server.counts[operation];
  return counts;
}

/** One face of the sample, with what is around it. */
async function portrait({ bounding_box: { left, top, width, height } }: DetectedFace): Promise<Buffer> {
  const size = await sharp(sample).metadata();
  const area = {
    left: Math.max(0, Math.round((left - width * 0.3) * size.width)),
    top: Math.max(0, Math.round((top - height * 0.3) * size.height)),
    width: Math.round(width * 1.6 * size.width),
    height: Math.round(height * 1.6 * size.height),
  };
  return sharp(sample).extract(area).resize(400).jpeg().toBuffer();
}

test('people in a photo are found, enrolled from it and recognised, each call paid for once', async () => {
  const input = await uploaded('input/before.jpg', sample);
  const ended = { image_id: 'before.jpg', bucket: 'photos', processed_key: 'processed/before.json' };
  expect(await recognize(input)).toStrictEqual({ status: 'COMPLETED', ...ended, faces: { UNKNOWN: 3 } });
  const rows = await taskServices.rowsOf('results', 'before.jpg');
  expect(rows.map(({ record, status, reason }) => [record, status, reason])).toStrictEqual([
    ['face#000', 'UNKNOWN', 'COLLECTION_EMPTY'],
    ['face#001', 'UNKNOWN', 'COLLECTION_EMPTY'],
    ['face#002', 'UNKNOWN', 'COLLECTION_EMPTY'],
    ['photo', 'COMPLETED', undefined],
  ]);
  expect(calls()).toStrictEqual({ DetectFaces: 1, SearchFacesByImage: 3, DescribeCollection: 1 });

  const { faces } = (await taskServices.getJson('processed/before.json')) as { faces: DetectedFace[] };
  const enrolment = await uploaded('enroll/ada_lovelace.jpg', await portrait(faces[1]!));
  const enrolled = await enroll(enrolment);
  expect(await enroll(enrolment).catch((error: Error) => error.message)).toBe('DONE');
  expect(calls()).toStrictEqual({ DetectFaces: 1, SearchFacesByImage: 1, IndexFaces: 1 });

  await recognize(await uploaded('input/after.jpg', sample));
  const after = await taskServices.rowsOf('results', 'after.jpg');
  expect(
    after.map(({ record, status, person, person_id, face_id }) => [record, status, person, person_id, face_id]),
  ).toStrictEqual([
    ['face#000', 'UNKNOWN', undefined, undefined, undefined],
    ['face#001', 'MATCHED', 'Ada Lovelace', enrolled.person_id, enrolled.face_id],
    ['face#002', 'UNKNOWN', undefined, undefined, undefined],
    ['photo', 'COMPLETED', undefined, undefined, undefined],
  ]);
  calls();

  // The whole photo a second time, as a redrive from the first state would.
  await taskServices.putRow('results', { ...after[3], status: 'FAILED', error: 'SlowDown' });
  const { version_id, etag, size } = after[3] as { version_id: string; etag: string; size: number };
  await recognize(anInput({ key: 'input/after.jpg', etag, size, version_id }));
  expect(await taskServices.rowsOf('results', 'after.jpg')).toStrictEqual(after);
  expect(calls()).toStrictEqual({});

  const written = (await taskServices.listKeys('')).filter((key) => !/^(work|faces|processed)\//.test(key));
  expect(written).toStrictEqual(['enroll/ada_lovelace.jpg', 'input/after.jpg', 'input/before.jpg']);
});
