import { expect, test } from 'vitest';
import type { Machine, Retrier } from '../../statemachines/asl.ts';
import { MACHINES } from '../support/machines.ts';

/** Events in the history of one execution, and faces that Rekognition detects in one picture (their quotas). */
const LIMIT = 25_000;
const FACES = 100;

type State = Machine['States'][string];

/**
 * How often a call is refused for want of a free function, on average over the 200 calls of a hundred faces: more than
 * nine times out of ten. A single call can be refused more often; if all of them are, the first to give up ends the
 * execution while most have not begun.
 */
const REFUSALS = 14;

/** Entered and exited, and for each attempt: scheduled, started, and succeeded or failed. */
const attempts = (retriers: readonly Retrier[]) => 1 + retriers.reduce((sum, retrier) => sum + timesUsed(retrier), 0);

const timesUsed = ({ ErrorEquals, MaxAttempts }: Retrier) =>
  ErrorEquals.includes('Lambda.TooManyRequestsException') ? Math.min(MaxAttempts, REFUSALS) : MaxAttempts;

function eventsOf(state: State): number {
  if (state.Type === 'Succeed') return 2;
  if (state.Type === 'Task') return 2 + 3 * attempts(state.Retry);
  if (state.Type !== 'Map') return 2;
  // The Map started and succeeded, and so did each iteration.
  return 4 + FACES * (2 + eventsIn(state.ItemProcessor));
}

/** Every state once: no path visits a state twice, unless a slot was missed. */
const eventsIn = ({ States }: Machine): number =>
  Object.values(States).reduce((sum, state) => sum + eventsOf(state), 0);

test.each(Object.entries(MACHINES))('%s stays within its history when every retry is used', (_, machine) => {
  // The rest is for redrives, which continue the same history.
  expect(2 + eventsIn(machine)).toBeLessThan(0.8 * LIMIT);
});
