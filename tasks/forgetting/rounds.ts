import type { Forgetting, ForgettingProgress } from '../../schemas/forgetting.ts';
import { TaskError } from '../runtime/errors.ts';

/** Longer than any attempt of a task can take of the machines that objects start: detect-faces may take 85 seconds. */
const ATTEMPT_MS = 100_000;
/** The same for machines that decide on faces: their tasks may take 295 seconds. */
const DECIDING_ATTEMPT_MS = 310_000;
/** A task that began before the tombstone can write a row after the first round, and a file from it after the second. */
const ROUNDS_BESIDE_OTHERS = 3;
/** What a running task leaves behind is gone after three. What is still there then comes from elsewhere. */
const MAX_ROUNDS = 6;

/** What follows on a round that is verified: another, when tasks that ran beside it have ended, or the receipt. */
export function nextRound(
  { under_way, deciding, only_verify }: Forgetting,
  { round, removed, checked, left }: ForgettingProgress,
  now: Date,
): ForgettingProgress {
  if (only_verify) return { round, removed, checked, left };
  if (left === 0 && (!under_way || round >= ROUNDS_BESIDE_OTHERS)) return { round, removed, checked, left };
  if (round >= MAX_ROUNDS) {
    throw new TaskError(
      'NotForgotten',
      `${left} rows, files or vectors still name the person after ${round} rounds. Something writes them: stop it, and ` +
        'start the forgetting again.',
    );
  }
  const attempt = deciding ? DECIDING_ATTEMPT_MS : ATTEMPT_MS;
  const wait_until = new Date(now.getTime() + (under_way ? attempt : 0)).toISOString();
  return { round: round + 1, removed, checked: {}, left: 0, wait_until };
}
