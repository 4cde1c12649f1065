/** Runs work one piece at a time, in the order of the calls. Work under different keys runs side by side. */
export class Mutex {
  /** The latest work of each key that has any left. It never rejects. */
  readonly #latest = new Map<string, Promise<unknown>>();

  async run<T>(work: () => Promise<T>, key = ''): Promise<T> {
    const result = (this.#latest.get(key) ?? Promise.resolve()).then(work);
    const settled = result.catch(() => {});
    this.#latest.set(key, settled);
    try {
      return await result;
    } finally {
      if (this.#latest.get(key) === settled) this.#latest.delete(key);
    }
  }

  /** Resolves when all work that was asked for before this call is done. */
  async idle(): Promise<void> {
    await Promise.all(this.#latest.values());
  }
}
