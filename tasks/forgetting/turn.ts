import type { ForgettingProgress, RemovedKind } from '../../schemas/forgetting.ts';

/** How long a call begins further pages. The rest of the function's time-out is for the last one. */
const TURN_MS = 30_000;

export interface Clock {
  readonly now: () => Date;
}

export const turnEnds = ({ now }: Clock) => {
  const end = now().getTime() + TURN_MS;
  return () => now().getTime() >= end;
};

/** Counts what one call removes, on top of what was removed before. */
export class Tally {
  readonly #removed: Partial<Record<RemovedKind, number>>;

  constructor({ removed }: ForgettingProgress) {
    this.#removed = { ...removed };
  }

  add(kind: RemovedKind, count: number): void {
    if (count > 0) this.#removed[kind] = (this.#removed[kind] ?? 0) + count;
  }

  /** The progress after this call. Without a cursor, the task is through. */
  progress({ round, checked, left }: ForgettingProgress, cursor?: string): ForgettingProgress {
    return { round, removed: this.#removed, checked, left, ...(cursor === undefined ? {} : { cursor }) };
  }
}
