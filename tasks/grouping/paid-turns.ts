import type { S3Client } from '@aws-sdk/client-s3';
import { GroupableFaces, IndexedUnknown, type GroupableFace } from '../../schemas/grouping.ts';
import { groupableFacesKeyOf, indexedFaceKeyOf } from '../../schemas/keys.ts';
import type { Slot } from '../../schemas/pacing.ts';
import type { Input, Output } from '../../schemas/tasks.ts';
import type { Reservations } from '../pacing/meter.ts';
import { slotsOfTurn, waitFor, type Clock } from '../pacing/slots.ts';
import { mapConcurrently } from '../runtime/concurrency.ts';
import { TaskError } from '../runtime/errors.ts';
import { readJson } from '../storage/objects.ts';

/** Faces of one invocation: half a minute of slots where a quota allows one call a second. */
const FACES = 25;
const CONCURRENCY = 10;

interface PaidTurn<Call> {
  /** The call that a face needs. Undefined if it needs none, or if its answer is kept already. */
  readonly callFor: (face: GroupableFace) => Promise<Call | undefined>;
  /** Pays for a call, in its slot, and keeps the answer. */
  readonly pay: (call: Call, slot: Slot) => Promise<void>;
  readonly meter: Reservations;
}

/**
 * Pays for the calls of the next faces of a grouping. If their slots are more than a moment ahead, it only reserves
 * them and says until when to wait.
 */
export async function takeTurn<Call extends object>(
  { bucket, run, from, slots: waited }: Input<'index-unknown'>,
  { s3, now }: Pick<Clock, 'now'> & { readonly s3: S3Client },
  { callFor, pay, meter }: PaidTurn<Call>,
): Promise<Output<'index-unknown'>> {
  const key = groupableFacesKeyOf(run, 'fresh');
  const faces = await readJson(s3, { bucket, key }, GroupableFaces);
  if (!faces) throw new TaskError('FacesMissing', `There is no ${key}. It may have expired: group again.`);
  const turn = faces.slice(from, from + FACES);
  const calls = (await mapConcurrently(turn, CONCURRENCY, callFor)).filter((call) => call !== undefined);
  const slots = await slotsOfTurn(calls.length, waited, { meter, now });
  const wait = slots[0] === undefined ? {} : waitFor(slots[0], { now });
  if (wait.wait_until !== undefined) return { next: from, more: true, slots, ...wait };
  await mapConcurrently([...calls.entries()], CONCURRENCY, ([at, call]) => pay(call, slots[at]!));
  const next = from + turn.length;
  return { next, more: next < faces.length, slots: [] };
}

/** The vector of a face, once it was to be indexed. Neither vector nor refusal: it is not unknown any more. */
export async function outcomeOf(
  s3: S3Client,
  bucket: string,
  { id, face_id }: GroupableFace,
): Promise<Omit<IndexedUnknown, 'run'>> {
  if (face_id !== undefined) return { face_id, refused: false };
  return (await readJson(s3, { bucket, key: indexedFaceKeyOf(id) }, IndexedUnknown)) ?? { refused: false };
}
