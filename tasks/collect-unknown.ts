import type { S3Client } from '@aws-sdk/client-s3';
import { Comparisons, type GroupableFace } from '../schemas/grouping.ts';
import { COMPARISONS_KEY, groupableFacesKeyOf } from '../schemas/keys.ts';
import type { Input, Output } from '../schemas/tasks.ts';
import { readUnknownFaces, type FaceWithCrop, type UnknownFaceReader } from './grouping/unknown-faces.ts';
import { listVectors, removeStrays, straysAmong, type UnknownCollection } from './grouping/vectors.ts';
import { clock } from './pacing/services.ts';
import { rekognitionClient, s3Client } from './runtime/clients.ts';
import { defineTask } from './runtime/define-task.ts';
import { dynamoDbClient } from './runtime/dynamodb-client.ts';
import { env } from './runtime/environment.ts';
import { readJson, writeJson } from './storage/objects.ts';

interface Services extends UnknownFaceReader, UnknownCollection {
  readonly s3: S3Client;
}

/**
 * One execution pays for so many faces, the oldest first. 25 of them take up to 32 events of its history, which holds
 * 25,000.
 */
const MAX_FRESH = 12_000;

/**
 * Lists the faces that nobody is named for, apart those that were compared in an earlier run. Vectors of faces that are
 * not unknown any more are removed.
 */
export async function run(
  { bucket, run: id }: Input<'collect-unknown'>,
  services: Services,
): Promise<Output<'collect-unknown'>> {
  const { vectors } = await listVectors(services, undefined);
  const unknown = await readUnknownFaces(services);
  const strays = new Set(straysAmong(vectors, unknown));
  await removeStrays(services, [...strays]);
  const indexed = new Map(vectors.filter((vector) => !strays.has(vector)).map((one) => [one.id, one.face_id]));
  const before = await readJson(services.s3, { bucket, key: COMPARISONS_KEY }, Comparisons);
  const known = new Map(before?.faces.map((face) => [face.id, face.face_id]));
  // A face that was refused has no vector. What was learnt of a vector that is gone does not count.
  const isCompared = ({ id: face, face_id }: GroupableFace) => known.has(face) && known.get(face) === face_id;
  const faces = [...unknown].map(([face, row]) => groupable(face, row, indexed.get(face)));
  const { compared = [], fresh = [] } = Object.groupBy(faces, (face) => (isCompared(face) ? 'compared' : 'fresh'));
  const now = fresh.slice(0, MAX_FRESH);
  await writeJson(services.s3, { bucket, key: groupableFacesKeyOf(id, 'compared') }, compared);
  await writeJson(services.s3, { bucket, key: groupableFacesKeyOf(id, 'fresh') }, now);
  const start = { next: 0, more: now.length > 0, slots: [] };
  return { indexed: start, compared: start };
}

const groupable = (
  id: string,
  { image_id, face_index, crop_key, etag, bounding_box }: FaceWithCrop,
  face_id: string | undefined,
): GroupableFace => ({
  id,
  image_id,
  face_index,
  crop_key,
  etag,
  bounding_box,
  ...(face_id === undefined ? {} : { face_id }),
});

export const handler = defineTask({
  name: 'collect-unknown',
  services: () => ({
    s3: s3Client(),
    dynamoDb: dynamoDbClient(),
    rekognition: rekognitionClient(),
    resultsTable: env('RESULTS_TABLE'),
    unknownCollectionId: env('UNKNOWN_COLLECTION_ID'),
    ...clock(),
  }),
  run,
  describe: ({ run: id }, output) => ({ run: id, more: output?.indexed.more }),
});
