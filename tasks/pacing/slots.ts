import type { Slot } from '../../schemas/pacing.ts';
import { SlotError } from '../runtime/errors.ts';

export interface Clock {
  readonly now: () => Date;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/**
 * The function itself waits for a slot that is at most this far ahead. That costs less than the two state transitions
 * of a Wait state, and it makes up for a Wait state's inaccuracy.
 */
const MOMENT_MS = 1000;
/** Slots of the faces of one photo can be further apart. Together with the paid call it fits into 55 s. */
const MAX_SLEEP_MS = 10_000;
/**
 * A call that is later than this belongs to an execution that was redriven, or that was held up for long, and needs a
 * new slot. Smaller delays add little to the rate.
 */
const GRACE_MS = 15 * 60_000;

/** When a Wait state should end that waits for this slot. Absent if the slot is near. */
export function waitFor(slot: Slot, { now }: Pick<Clock, 'now'>): { readonly wait_until?: string } {
  const until = slot - MOMENT_MS;
  return until > now().getTime() ? { wait_until: new Date(until).toISOString() } : {};
}

/** Sleeps until the slot. Throws SlotMissed if it has long passed. */
export async function arriveAt(slot: Slot, { now, sleep }: Clock): Promise<void> {
  const ahead = slot - now().getTime();
  if (ahead < -GRACE_MS) {
    throw new SlotError('SlotMissed', `The slot for this call was ${Math.round(-ahead / 1000)} s ago.`);
  }
  if (ahead > 0) await sleep(Math.min(ahead, MAX_SLEEP_MS));
}
