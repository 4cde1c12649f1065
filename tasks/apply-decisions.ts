import { AffectedPhotos } from '../schemas/decisions.ts';
import { affectedPhotosKeyOf } from '../schemas/keys.ts';
import type { Input, Output } from '../schemas/tasks.ts';
import { derivePhoto, type PhotoServices } from './decisions/photo.ts';
import { decisionServices } from './decisions/rows.ts';
import { s3Client } from './runtime/clients.ts';
import { mapConcurrently } from './runtime/concurrency.ts';
import { defineTask } from './runtime/define-task.ts';
import { TaskError, WaitingError } from './runtime/errors.ts';
import { readJson } from './storage/objects.ts';

/** Photos of one invocation: at most seconds of work, because its time-out is one minute. */
const PHOTOS = 25;
const CONCURRENCY = 5;

/** Derives some of the photos that a batch affects, and says where to go on. */
export async function run(
  { bucket, batch, from }: Input<'apply-decisions'>,
  services: PhotoServices,
): Promise<Output<'apply-decisions'>> {
  const key = affectedPhotosKeyOf(batch);
  const photos = await readJson(services.s3, { bucket, key }, AffectedPhotos);
  if (!photos) throw new TaskError('DecisionsInvalid', `There is no ${key}. It may have expired: decide again.`);
  const now = photos.slice(from, from + PHOTOS);
  const underWay = (await mapConcurrently(now, CONCURRENCY, (photo) => derivePhoto(photo, services))).filter(
    (outcome) => outcome === 'UNDER_WAY',
  );
  if (underWay.length > 0) {
    // The execution that works on it may have read the ledger before, so the photo is derived again after it has ended.
    throw new WaitingError('PhotoUnderWay', `${underWay.length} of ${now.length} photos are being processed.`);
  }
  const next = from + now.length;
  return { next, more: next < photos.length };
}

export const handler = defineTask({
  name: 'apply-decisions',
  services: () => ({ s3: s3Client(), ...decisionServices() }),
  run,
  describe: ({ batch, from }, output) => ({ batch, from, next: output?.next }),
});
