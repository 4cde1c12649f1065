/** Runs executions by their keys, a few at once and in the order in which they were added. `run` never rejects. */
export class RunQueue {
  readonly #concurrency: number;
  readonly #run: (key: string) => Promise<void>;
  /** Only keys, because a hundred thousand executions can wait. */
  readonly #waiting: string[] = [];
  readonly #active = new Set<Promise<void>>();
  #onIdle: (() => void)[] = [];
  #closed = false;

  constructor(concurrency: number, run: (key: string) => Promise<void>) {
    this.#concurrency = concurrency;
    this.#run = run;
  }

  get isIdle(): boolean {
    return this.#active.size === 0 && this.#waiting.length === 0;
  }

  add(key: string): void {
    this.#waiting.push(key);
    this.#dispatch();
  }

  /** Resolves when nothing runs or waits any more. */
  async idle(): Promise<void> {
    if (!this.isIdle) await new Promise<void>((resolve) => this.#onIdle.push(resolve));
  }

  /** From now on nothing is started. */
  close(): void {
    this.#closed = true;
  }

  /** Resolves when what runs has ended. */
  async ended(): Promise<void> {
    await Promise.all(this.#active);
  }

  #dispatch(): void {
    while (!this.#closed && this.#active.size < this.#concurrency) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      const run = this.#run(next).finally(() => {
        this.#active.delete(run);
        this.#dispatch();
      });
      this.#active.add(run);
    }
    if (this.isIdle) for (const resolve of this.#onIdle.splice(0)) resolve();
  }
}
