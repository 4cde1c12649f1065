import { setImmediate } from 'node:timers/promises';

/** Turns of the event loop without news, after which nothing but sleepers can be left. Streams need two or three. */
const QUIET_TURNS = 20;

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/**
 * Virtual time, in milliseconds. It stands still while code runs and while real work is under way, and jumps to the
 * next sleeper when nothing else can happen. So a run takes the same time on a busy machine as on an idle one.
 */
export class VirtualClock {
  #now = Date.parse('2026-03-01T12:00:00Z');
  #working = 0;
  #changes = 0;
  #rested: (() => void) | undefined;
  readonly #sleepers: Sleeper[] = [];

  readonly now = (): number => this.#now;

  readonly sleep = (milliseconds: number): Promise<void> => {
    this.#changes += 1;
    return new Promise((wake) => this.#sleepers.push({ at: this.#now + Math.max(0, milliseconds), wake }));
  };

  /** Time stands still until the work is done. For what happens outside of this thread's JavaScript. */
  async during<Result>(work: Promise<Result>): Promise<Result> {
    this.#working += 1;
    try {
      return await work;
    } finally {
      this.#changes += 1;
      this.#working -= 1;
      if (this.#working === 0) this.#rested?.();
    }
  }

  /** Lets time pass until the work is done. */
  async run<Result>(work: Promise<Result>): Promise<Result> {
    let over = false;
    const end = () => {
      over = true;
    };
    work.then(end, end);
    for (;;) {
      await this.#quiet();
      if (over) return work;
      const next = this.#takeNext();
      if (!next) throw new Error('Nobody sleeps and nothing is under way: the simulated work hangs.');
      this.#now = next.at;
      next.wake();
    }
  }

  async #quiet(): Promise<void> {
    for (let turns = 0; turns < QUIET_TURNS; turns += 1) {
      const seen = this.#changes;
      await (this.#working === 0 ? setImmediate() : new Promise<void>((resolve) => (this.#rested = resolve)));
      if (this.#working > 0 || this.#changes !== seen) turns = -1;
    }
  }

  /** The earliest. Of those at the same time, the first to fall asleep. */
  #takeNext(): Sleeper | undefined {
    const [first] = this.#sleepers.toSorted((a, b) => a.at - b.at);
    if (first) this.#sleepers.splice(this.#sleepers.indexOf(first), 1);
    return first;
  }
}
