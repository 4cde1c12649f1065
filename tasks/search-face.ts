import type { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { FaceSearch } from '../schemas/faces.ts';
import { collectionKeyOf, searchKeyOf } from '../schemas/keys.ts';
import type { Input, Output } from '../schemas/tasks.ts';
import { countEnrolled, searchCrop, type Collection } from './faces/search.ts';
import type { ReservationsOrLate } from './pacing/meter.ts';
import { clock, meterOf } from './pacing/services.ts';
import { arriveAt, keepOrReserve, type Clock } from './pacing/slots.ts';
import { rekognitionClient, s3Client } from './runtime/clients.ts';
import { defineTask } from './runtime/define-task.ts';
import { dynamoDbClient } from './runtime/dynamodb-client.ts';
import { env } from './runtime/environment.ts';
import { computeOnce, readJson, writeJson } from './storage/objects.ts';

interface Services extends Collection, Clock {
  readonly s3: S3Client;
  readonly searchMeter: ReservationsOrLate;
  /** Smaller faces all look alike: a search would cost money and mislead. */
  readonly minPixels: number;
}

/**
 * Searches one face with one paid call, kept in `work/`, and says why it matched or did not. A search that came too late
 * for its slot gets another one, and is postponed if that is more than a moment away.
 */
export async function run(
  { photo, face, postponed }: Input<'search-face'>,
  services: Services,
): Promise<Output<'search-face'>> {
  if (face.pixels < services.minPixels) return { status: 'UNSEARCHABLE', reason: 'FACE_TOO_SMALL' };
  const { bucket, work_prefix } = photo;
  const answer = { bucket, key: searchKeyOf(work_prefix, face.index) };
  let found = await readJson(services.s3, answer, FaceSearch);
  if (!found) {
    const reserved = 'search_at' in postponed ? postponed.search_at : face.search_at;
    const { slot, wait_until } = await keepOrReserve(reserved, {
      ...services,
      meter: services.searchMeter,
      lane: photo.lane,
    });
    if (wait_until !== undefined) return { search_at: slot, wait_until };
    await arriveAt(slot, services);
    found = await searchCrop(services, { bucket, key: face.crop_key, face: face.in_crop });
    await writeJson(services.s3, answer, found);
  }
  if (found.reason !== 'NO_CANDIDATE') return found;
  // Only after the paid answer is kept: a throttle here must not make a retry pay again.
  const collection = { bucket, key: collectionKeyOf(work_prefix) };
  const enrolled = await computeOnce(services.s3, collection, z.int(), () => countEnrolled(services));
  return enrolled === 0 ? { ...found, reason: 'COLLECTION_EMPTY' } : found;
}

export const handler = defineTask({
  name: 'search-face',
  services: () => {
    const dynamoDb = dynamoDbClient();
    return {
      s3: s3Client(),
      dynamoDb,
      rekognition: rekognitionClient(),
      searchMeter: meterOf('SearchFacesByImage', dynamoDb),
      peopleTable: env('PEOPLE_TABLE'),
      collectionId: env('COLLECTION_ID'),
      threshold: env('FACE_MATCH_THRESHOLD'),
      searchBy: env('SEARCH_BY'),
      minPixels: env('MIN_FACE_PIXELS'),
      ...clock(),
    };
  },
  run,
  describe: ({ photo, face }, output) => ({
    execution: photo.execution_arn,
    work: photo.work_prefix,
    face: face.index,
    ...(output && 'search_at' in output
      ? { postponed: output.wait_until }
      : { status: output?.status, reason: output?.reason }),
  }),
});
