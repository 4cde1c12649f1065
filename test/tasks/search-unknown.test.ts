import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { batchKeyOf, personIdOf, unknownFacesKeyOf } from '../../schemas/keys.ts';
import { run } from '../../tasks/search-unknown.ts';
import {
  aFaceRecord,
  anUploadedObject,
  aPersonRecord,
  aPhotoRecord,
  ETAG,
  FACE_ID,
  JANE,
  JOHN,
  MODEL,
  SHA256,
} from '../support/builders.ts';
import { aScriptedRekognition, type ScriptedRekognition } from '../support/rekognition.ts';
import { BUCKET, NOW, startTaskServices, type TaskServices } from '../support/task-services.ts';

const KIM = personIdOf('Kim');

let services: TaskServices;
let server: ScriptedRekognition | undefined;
let batches = 0;
beforeAll(async () => {
  services = await startTaskServices();
  const face = { image_id: 'a.jpg', face_index: 0, etag: ETAG };
  const { crop_key, bounding_box } = aFaceRecord();
  const size = { width: 640, height: 480 };
  await services.putRow('results', { ...aPhotoRecord({ ...anUploadedObject(), sha256: SHA256, ...size }) });
  for (const batch of ['b1', 'b2', 'b3']) {
    await services.putObject(unknownFacesKeyOf(batch), JSON.stringify([{ ...face, crop_key, bounding_box }]));
  }
  await services.putRow('people', aPersonRecord({ threshold: 95 }));
  await services.putRow('people', aPersonRecord({ person_id: JANE, name: 'Jane Roe', merged_into: KIM }));
  await services.putRow('people', aPersonRecord({ person_id: KIM, name: 'Kim' }));
});
afterEach(() => server?.close());
afterAll(() => services.close());

/** Whom the answer of one search names. */
async function named(ExternalImageId: string, Similarity: number, person_id: typeof JOHN | null = null) {
  batches += 1;
  const batch = `b${batches}`;
  server = await aScriptedRekognition({
    SearchFacesByImage: [
      { FaceModelVersion: MODEL, FaceMatches: [{ Similarity, Face: { FaceId: FACE_ID, ExternalImageId } }] },
    ],
  });
  const { rekognition } = server;
  const input = { bucket: BUCKET, batch, by: 'ada', timestamp: NOW, person_id, from: 0, slots: [] };
  const { found, file } = await run(input, {
    ...services,
    rekognition,
    collectionId: 'people',
    threshold: 80,
    searchBy: 'faces',
  });
  if (!found) return 'nobody';
  const { decisions } = (await services.getJson(batchKeyOf(file))) as { decisions: Record<string, unknown>[] };
  return decisions.map((decision) => decision['person_id']);
}

test('a match below the threshold of the person is none', async () => {
  expect(await named(JOHN, 94)).toBe('nobody');
});

test('who is sought for a person is also found as somebody who was merged into them', async () => {
  expect(await named(JANE, 94, KIM)).toStrictEqual([JANE]);
});

test('nobody else is named where one person is sought', async () => {
  expect(await named(JOHN, 96, KIM)).toBe('nobody');
});
