import { AffectedPhotos, Batch } from '../schemas/decisions.ts';
import { affectedPhotosKeyOf, batchKeyOf } from '../schemas/keys.ts';
import type { Input, Output } from '../schemas/tasks.ts';
import { derivePhoto, type PhotoServices } from './decisions/photo.ts';
import { strayPortraits } from './decisions/portraits.ts';
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
  const derived = await mapConcurrently(now, CONCURRENCY, (photo) => derivePhoto(photo, services));
  const underWay = derived.filter(({ outcome }) => outcome === 'UNDER_WAY');
  if (underWay.length > 0) {
    // The execution that works on it may have read the ledger before, so the photo is derived again after it has ended.
    throw new WaitingError('PhotoUnderWay', `${underWay.length} of ${now.length} photos are being processed.`);
  }
  const strays = (await mapConcurrently(derived, CONCURRENCY, (photo) => strayPortraits(photo, services))).flat();
  const withdraw = strays.length === 0 ? [] : await withoutMoved(strays, { bucket, batch }, services);
  const next = from + now.length;
  return { next, more: next < photos.length, ...(withdraw.length > 0 ? { withdraw } : {}) };
}

/** Without those that the batch itself makes another person's. */
async function withoutMoved(
  keys: readonly string[],
  { bucket, batch }: Pick<Input<'apply-decisions'>, 'bucket' | 'batch'>,
  { s3 }: PhotoServices,
): Promise<string[]> {
  const { portraits = [] } = (await readJson(s3, { bucket, key: batchKeyOf(batch) }, Batch)) ?? {};
  return keys.filter((key) => !portraits.some(({ from }) => from === key));
}

export const handler = defineTask({
  name: 'apply-decisions',
  services: () => ({ s3: s3Client(), ...decisionServices() }),
  run,
  describe: ({ batch, from }, output) => ({ batch, from, next: output?.next }),
});
