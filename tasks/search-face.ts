import type { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import type { CroppedFace, FaceSearch } from '../schemas/faces.ts';
import { collectionKeyOf } from '../schemas/keys.ts';
import type { Photo } from '../schemas/payloads.ts';
import type { FaceRecord } from '../schemas/records.ts';
import type { Input, Output } from '../schemas/tasks.ts';
import { countFaces, searchCrop, type Collection } from './faces/search.ts';
import { clock } from './pacing/services.ts';
import { arriveAt, type Clock } from './pacing/slots.ts';
import { rekognitionClient, s3Client } from './runtime/clients.ts';
import { allOf } from './runtime/concurrency.ts';
import { defineTask } from './runtime/define-task.ts';
import { dynamoDbClient } from './runtime/dynamodb-client.ts';
import { env } from './runtime/environment.ts';
import { readFace, recordOf, remembers, withName, writeFace, type FaceTables } from './storage/face-rows.ts';
import { computeOnce, removeObject } from './storage/objects.ts';

interface Services extends Collection, Clock, FaceTables {
  readonly s3: S3Client;
  /** Smaller faces all look alike: a search would cost money and mislead. */
  readonly minPixels: number;
}

/**
 * Searches one face with one paid call and writes its row, under a deterministic key. The row is also what is remembered
 * of the paid call, so it is written before anything else can fail, and completed afterwards.
 */
export async function run({ photo, face }: Input<'search-face'>, services: Services): Promise<Output<'search-face'>> {
  const row = await readFace(services, photo.image_id, face.index);
  // Of two versions' crops of this face only that stays which a row refers to.
  const removeUnlessOurs = async (crop?: string) => {
    if (crop !== undefined && crop !== face.crop_key) await removeObject(services.s3, photo.bucket, crop);
  };
  const removeOurs = async (standing?: FaceRecord) => {
    if (standing?.crop_key !== face.crop_key) await removeObject(services.s3, photo.bucket, face.crop_key);
  };
  if (row && row.sequencer > photo.sequencer) {
    await removeOurs(row);
    return outcomeOf(row, false);
  }
  if (row && remembers(row, photo)) return outcomeOf(await complete(row, photo, services), row.source === 'machine');
  // Before its row is replaced, because afterwards nobody would find it.
  await removeUnlessOurs(row?.crop_key);
  const record = recordOf({ photo, face, search: await searchFace(photo, face, services) }, services);
  const [{ written, replacedCrop }, named] = await allOf([writeFace(services, record), withName(record, services)]);
  if (!written) {
    await removeOurs(await readFace(services, photo.image_id, face.index));
    return outcomeOf(record, false);
  }
  // Another version wrote its row while we searched.
  if (replacedCrop !== row?.crop_key) await removeUnlessOurs(replacedCrop);
  return outcomeOf(await complete(record, photo, services, named), true);
}

async function searchFace({ bucket }: Photo, face: CroppedFace, services: Services): Promise<FaceSearch> {
  if (face.pixels < services.minPixels) return { status: 'UNSEARCHABLE', reason: 'FACE_TOO_SMALL' };
  if (face.search_at !== undefined) await arriveAt(face.search_at, services);
  return searchCrop(services, { bucket, key: face.crop_key, face: face.in_crop });
}

/** Adds to the row what does not cost a paid call: the person's name, and whether anybody is enrolled at all. */
async function complete(
  record: FaceRecord,
  { bucket, work_prefix }: Photo,
  services: Services,
  named?: FaceRecord,
): Promise<FaceRecord> {
  const whole = named ?? (await withName(record, services));
  const address = { bucket, key: collectionKeyOf(work_prefix) };
  const empty =
    record.reason === 'NO_CANDIDATE' &&
    (await computeOnce(services.s3, address, z.int(), () => countFaces(services))) === 0;
  if (whole === record && !empty) return record;
  const completed: FaceRecord = empty ? { ...whole, reason: 'COLLECTION_EMPTY' } : whole;
  await writeFace(services, completed);
  return completed;
}

const outcomeOf = ({ face_index, status, reason }: FaceRecord, written: boolean) => ({
  index: face_index,
  status,
  reason,
  written,
});

export const handler = defineTask({
  name: 'search-face',
  services: () => ({
    s3: s3Client(),
    dynamoDb: dynamoDbClient(),
    rekognition: rekognitionClient(),
    resultsTable: env('RESULTS_TABLE'),
    peopleTable: env('PEOPLE_TABLE'),
    collectionId: env('COLLECTION_ID'),
    threshold: env('FACE_MATCH_THRESHOLD'),
    minPixels: env('MIN_FACE_PIXELS'),
    ...clock(),
  }),
  run,
  describe: ({ photo, face }, output) => ({
    execution: photo.execution_arn,
    work: photo.work_prefix,
    face: face.index,
    status: output?.status,
    reason: output?.reason,
    written: output?.written,
  }),
});
