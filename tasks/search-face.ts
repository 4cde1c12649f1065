import type { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { FaceSearch } from '../schemas/faces.ts';
import { collectionKeyOf, searchKeyOf } from '../schemas/keys.ts';
import type { Input, Output } from '../schemas/tasks.ts';
import { countFaces, searchCrop, type Collection } from './faces/search.ts';
import { clock } from './pacing/services.ts';
import { arriveAt, type Clock } from './pacing/slots.ts';
import { rekognitionClient, s3Client } from './runtime/clients.ts';
import { defineTask } from './runtime/define-task.ts';
import { env } from './runtime/environment.ts';
import { computeOnce } from './storage/objects.ts';

interface Services extends Collection, Clock {
  readonly s3: S3Client;
  /** Smaller faces all look alike: a search would cost money and mislead. */
  readonly minPixels: number;
}

/** Searches one face with one paid call, kept in `work/`, and says why it matched or did not. */
export async function run({ photo, face }: Input<'search-face'>, services: Services): Promise<Output<'search-face'>> {
  if (face.pixels < services.minPixels) return { status: 'UNSEARCHABLE', reason: 'FACE_TOO_SMALL' };
  const { bucket, work_prefix } = photo;
  const once = <T>(key: string, schema: z.ZodType<T>, compute: () => Promise<T>) =>
    computeOnce(services.s3, { bucket, key }, schema, compute);
  const crop = { bucket, key: face.crop_key, face: face.in_crop };
  const found = await once(searchKeyOf(work_prefix, face.index), FaceSearch, async () => {
    if (face.search_at !== undefined) await arriveAt(face.search_at, services);
    return searchCrop(services, crop);
  });
  if (found.reason !== 'NO_CANDIDATE') return found;
  // Only after the paid answer is kept: a throttle here must not make a retry pay again.
  const faceCount = await once(collectionKeyOf(work_prefix), z.int(), () => countFaces(services));
  return faceCount === 0 ? { ...found, reason: 'COLLECTION_EMPTY' } : found;
}

export const handler = defineTask({
  name: 'search-face',
  services: () => ({
    s3: s3Client(),
    rekognition: rekognitionClient(),
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
  }),
});
