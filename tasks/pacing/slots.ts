import type { Lane, Slot } from '../../schemas/pacing.ts';
import { SlotError } from '../runtime/errors.ts';
import type { Reservations, ReservationsOrLate } from './meter.ts';

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
 * A photo's call that is later than this needs the meter's word: functions that are refused try again at random times,
 * so calls that are late come together. Rekognition lets a second's worth of them pass at once.
 */
const LATE_MS = 2000;
/** A photo's call that is later than this gives up its slot. */
const OVER_MS = 30_000;
/**
 * An enrolment's call that is later than this belongs to an execution that was redriven or held up for long, and needs
 * a new slot. Enrolments are few: smaller delays add little to the rate.
 */
const GRACE_MS = 15 * 60_000;

/** When a Wait state should end that waits for this slot. Absent if the slot is near. */
export function waitFor(slot: Slot, { now }: Pick<Clock, 'now'>): { readonly wait_until?: string } {
  const until = slot - MOMENT_MS;
  return until > now().getTime() ? { wait_until: new Date(until).toISOString() } : {};
}

interface KeptSlot {
  readonly slot: Slot;
  /** If the slot is more than a moment away. */
  readonly wait_until?: string;
}

/** This slot of a photo, or a new one if it is over or absent. A late call may still be made while few are late. */
export async function keepOrReserve(
  slot: Slot | undefined,
  { meter, lane, now }: Pick<Clock, 'now'> & { readonly meter: ReservationsOrLate; readonly lane: Lane },
): Promise<KeptSlot> {
  if (slot !== undefined && (await isGood(now().getTime() - slot, meter))) return { slot };
  const [reserved = now().getTime()] = await meter.reserve(1, lane);
  return { slot: reserved, ...waitFor(reserved, { now }) };
}

const isGood = async (lateMs: number, meter: ReservationsOrLate): Promise<boolean> =>
  lateMs <= LATE_MS || (lateMs <= OVER_MS && (await meter.admitLate()));

/** The slots of a turn's calls in bulk: those that an earlier attempt reserved and waited for, unless they are over. */
export async function slotsOfTurn(
  calls: number,
  waited: readonly Slot[],
  { meter, now }: Pick<Clock, 'now'> & { readonly meter: Reservations },
): Promise<Slot[]> {
  if (calls === 0) return [];
  if (waited.length === calls && waited[0]! >= now().getTime() - LATE_MS) return [...waited];
  return meter.reserve(calls, 'bulk');
}

/** Sleeps until the slot. Throws SlotMissed if it has long passed. */
export async function arriveAt(slot: Slot, { now, sleep }: Clock): Promise<void> {
  const ahead = slot - now().getTime();
  if (ahead < -GRACE_MS) {
    throw new SlotError('SlotMissed', `The slot for this call was ${Math.round(-ahead / 1000)} s ago.`);
  }
  if (ahead > 0) await sleep(Math.min(ahead, MAX_SLEEP_MS));
}
