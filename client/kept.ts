interface Entry<Value> {
  readonly value: Promise<Value>;
  readonly at: number;
}

interface KeptOptions {
  /** How long an answer is given again, in milliseconds. */
  readonly keptMs: number;
  readonly now: () => Date;
  /** How many answers are kept at most: anybody can ask anything. */
  readonly most?: number;
}

/** Gives the answer to a question again for a while. Who asks while it is sought waits for the same one. */
export class Kept<Value> {
  readonly #options: KeptOptions;
  readonly #entries = new Map<string, Entry<Value>>();

  constructor(options: KeptOptions) {
    this.#options = options;
  }

  get(question: string, seek: () => Promise<Value>): Promise<Value> {
    const { keptMs, now, most = 1000 } = this.#options;
    const at = now().getTime();
    const known = this.#entries.get(question);
    if (known && at - known.at < keptMs) return known.value;
    if (this.#entries.size >= most) this.#entries.clear();
    const entry = { value: seek(), at };
    this.#entries.set(question, entry);
    // A failure is not kept.
    entry.value.catch(() => {
      if (this.#entries.get(question) === entry) this.#entries.delete(question);
    });
    return entry.value;
  }

  /** Whoever has changed something sees it at once. */
  clear(): void {
    this.#entries.clear();
  }
}
