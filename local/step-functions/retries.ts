import type { Catcher, Retrier } from './state-types.ts';

/** Errors that States.ALL does not match (Step Functions, "Error names"). */
const NOT_IN_STATES_ALL = new Set(['States.Runtime', 'States.DataLimitExceeded']);

function matches(errorEquals: readonly string[], error: string): boolean {
  if (error === 'States.Runtime') return false;
  if (errorEquals.includes(error)) return true;
  if (NOT_IN_STATES_ALL.has(error)) return false;
  return (
    errorEquals.includes('States.ALL') || (errorEquals.includes('States.TaskFailed') && error !== 'States.Timeout')
  );
}

export function findCatcher(catchers: readonly Catcher[] | undefined, error: string): Catcher | undefined {
  return catchers?.find(({ ErrorEquals }) => matches(ErrorEquals, error));
}

/** Counts the retries of one visit to a state, separately for each retrier, and computes the delay before the next. */
export class RetryCounter {
  readonly #retriers: readonly Retrier[];
  readonly #counts = new Map<Retrier, number>();

  constructor(retriers: readonly Retrier[] | undefined) {
    this.#retriers = retriers ?? [];
  }

  /** Milliseconds until the next attempt; undefined if there is none. */
  nextDelay(error: string, random: () => number): number | undefined {
    const retrier = this.#retriers.find(({ ErrorEquals }) => matches(ErrorEquals, error));
    if (!retrier) return undefined;
    const count = this.#counts.get(retrier) ?? 0;
    if (count >= (retrier.MaxAttempts ?? 3)) return undefined;
    this.#counts.set(retrier, count + 1);
    const seconds = (retrier.IntervalSeconds ?? 1) * (retrier.BackoffRate ?? 2) ** count;
    const bounded = Math.min(seconds, retrier.MaxDelaySeconds ?? Infinity);
    return bounded * 1000 * (retrier.JitterStrategy === 'FULL' ? random() : 1);
  }
}
