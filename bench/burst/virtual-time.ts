interface Sleeper {
  readonly at: number;
  /** Of sleepers with the same time, the first to fall asleep wakes first. */
  readonly order: number;
  readonly wake: () => void;
}

/** Ends a sleep early. Lighter than an AbortSignal, because there are millions of sleeps. */
export class Stop {
  stopped = false;
  readonly #wakers = new Set<() => void>();

  stop(): void {
    this.stopped = true;
    for (const wake of this.#wakers) wake();
    this.#wakers.clear();
  }

  add(wake: () => void): void {
    this.#wakers.add(wake);
  }

  delete(wake: () => void): void {
    this.#wakers.delete(wake);
  }
}

/** The time of a simulation, in milliseconds. It stands still while code runs, and jumps to the next sleeper. */
export class VirtualTime {
  #now: number;
  #order = 0;
  readonly #sleepers: Sleeper[] = [];

  constructor(start = Date.parse('2026-03-01T12:00:00Z')) {
    this.#now = start;
  }

  readonly now = (): number => this.#now;

  /** Resolves after the time, or when a stop ends it. */
  readonly sleep = (milliseconds: number, stops: readonly Stop[] = []): Promise<void> => {
    if (stops.some(({ stopped }) => stopped)) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        for (const stop of stops) stop.delete(wake);
        resolve();
      };
      for (const stop of stops) stop.add(wake);
      this.#push({ at: this.#now + Math.max(0, milliseconds), order: this.#order++, wake });
    });
  };

  /** Lets time pass until the work is done. Throws if nothing is left that could finish it. */
  run<Result>(work: Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      let over = false;
      work.then(resolve, reject).finally(() => {
        over = true;
      });
      // Node runs a tick that a microtask asked for when no microtask is left: nothing else can happen at this time.
      const whenQuiet = () => queueMicrotask(() => process.nextTick(step));
      const step = () => {
        if (over) return;
        const next = this.#pop();
        if (!next) return reject(new Error('Nobody sleeps: the simulated work hangs.'));
        this.#now = next.at;
        next.wake();
        whenQuiet();
      };
      whenQuiet();
    });
  }

  #push(sleeper: Sleeper): void {
    const heap = this.#sleepers;
    let child = heap.length;
    heap.push(sleeper);
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (isBefore(heap[parent]!, sleeper)) break;
      heap[child] = heap[parent]!;
      child = parent;
    }
    heap[child] = sleeper;
  }

  #pop(): Sleeper | undefined {
    const heap = this.#sleepers;
    const [first] = heap;
    const last = heap.pop();
    if (!first || !last || heap.length === 0) return first;
    let parent = 0;
    for (;;) {
      let child = 2 * parent + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
      if (isBefore(last, heap[child]!)) break;
      heap[parent] = heap[child]!;
      parent = child;
    }
    heap[parent] = last;
    return first;
  }
}

const isBefore = (a: Sleeper, b: Sleeper) => a.at < b.at || (a.at === b.at && a.order < b.order);
