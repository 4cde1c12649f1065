import type { Forgetting, ForgettingProgress } from '../../schemas/forgetting.ts';
import { TaskError } from '../runtime/errors.ts';

/** Longer than any attempt of a task of another machine can take: the time-out of detect-faces is 85 seconds. */
const ATTEMPT_MS = 100_000;
/** A task that began before the tombstone can write a row after the first round, and a file from it after the second. */
const ROUNDS_BESIDE_OTHERS = 3;
/** What a running task leaves behind is gone after three. What is still there then comes from elsewhere. */
const MAX_ROUNDS = 6;

/** What follows on a round that is verified: another, when tasks that ran beside it have ended, or the receipt. */
export function nextRound(
  { under_way, only_verify }: Forgetting,
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
  const wait_until = new Date(now.getTime() + (under_way ? ATTEMPT_MS : 0)).toISOString();
  return { round: round + 1, removed, checked: {}, left: 0, wait_until };
}
