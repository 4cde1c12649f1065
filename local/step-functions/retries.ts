import type { Catcher, Retrier } from './state-types.ts';

/** Errors that the wildcard does not stand for (Step Functions, "Error names"). */
const terminal = new Set(['States.Runtime', 'States.DataLimitExceeded']);

/** Whether a retrier or catcher is meant by the error's name. */
function meets(errorEquals: readonly string[], error: string): boolean {
  if (error === 'States.Runtime') return false;
  if (errorEquals.includes(error)) return true;
  if (terminal.has(error)) return false;
  return (
    errorEquals.includes('States.ALL') || (errorEquals.includes('States.TaskFailed') && error !== 'States.Timeout')
  );
}

export function catcherFor(catchers: readonly Catcher[] | undefined, error: string): Catcher | undefined {
  return catchers?.find(({ ErrorEquals }) => meets(ErrorEquals, error));
}

/** Counts the retries of one visit to a state, a counter for each retrier, and says how long to wait for the next. */
export class Retries {
  readonly #retriers: readonly Retrier[];
  readonly #counts = new Map<Retrier, number>();

  constructor(retriers: readonly Retrier[] | undefined) {
    this.#retriers = retriers ?? [];
  }

  /** Milliseconds until the next attempt; undefined when there is none. */
  next(error: string, random: () => number): number | undefined {
    const retrier = this.#retriers.find(({ ErrorEquals }) => meets(ErrorEquals, error));
    if (!retrier) return undefined;
    const count = this.#counts.get(retrier) ?? 0;
    if (count >= (retrier.MaxAttempts ?? 3)) return undefined;
    this.#counts.set(retrier, count + 1);
    const seconds = (retrier.IntervalSeconds ?? 1) * (retrier.BackoffRate ?? 2) ** count;
    const bounded = Math.min(seconds, retrier.MaxDelaySeconds ?? Infinity);
    return bounded * 1000 * (retrier.JitterStrategy === 'FULL' ? random() : 1);
  }
}
