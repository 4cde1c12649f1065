import { setTimeout as sleep } from 'node:timers/promises';
import { Turns } from './turns.ts';

interface Entry<Value> {
  readonly value: Promise<Value>;
  readonly at: number;
  /** How long it was sought, once it is found. */
  took: number;
}

/** What is found in the background may take this part of the time: what takes long is kept for longer. */
const BACKGROUND_SHARE = 1 / 20;

/** How long an answer is kept that took so long to find, in milliseconds. */
export const keptFor = (keptMs: number, took: number): number => Math.max(keptMs, took / BACKGROUND_SHARE);

/** Finds an answer. In the background, nobody waits for it. */
type Seek<Value> = (inBackground: boolean) => Promise<Value>;

interface KeptOptions {
  /** How long an answer is given again, in milliseconds. */
  readonly keptMs: number;
  /** Up to which age it is given while a new one is sought, so that nobody waits for that. Default: not at all. */
  readonly staleMs?: number;
  readonly now: () => Date;
  /** How many answers are kept at most: anybody can ask anything. */
  readonly most?: number;
}

/** Gives the answer to a question again for a while. Who asks while the first is sought waits for the same one. */
export class Kept<Value> {
  readonly #options: KeptOptions;
  readonly #entries = new Map<string, Entry<Value>>();
  readonly #sought = new Set<string>();
  readonly #background = new Turns(1);

  constructor(options: KeptOptions) {
    this.#options = options;
  }

  get(question: string, seek: Seek<Value>): Promise<Value> {
    const { keptMs, staleMs = keptMs, now } = this.#options;
    const known = this.#entries.get(question);
    if (!known) return this.#seek(question, seek);
    const age = now().getTime() - known.at;
    const lasting = staleMs > keptMs ? keptFor(keptMs, known.took) : keptMs;
    if (age >= Math.max(staleMs, lasting)) return this.#seek(question, seek);
    if (age >= lasting && !this.#sought.has(question)) void this.#seekAnew(question, known, seek);
    return known.value;
  }

  /** Whoever has changed something sees it at once. */
  clear(isMeant: (question: string) => boolean = () => true): void {
    for (const question of this.#entries.keys()) if (isMeant(question)) this.#entries.delete(question);
  }

  #seek(question: string, seek: Seek<Value>): Promise<Value> {
    const { most = 1000, now } = this.#options;
    if (this.#entries.size >= most) this.#entries.clear();
    const at = now().getTime();
    const entry: Entry<Value> = { value: seek(false), at, took: 0 };
    this.#entries.set(question, entry);
    entry.value.then(
      () => (entry.took = now().getTime() - at),
      // A failure is not kept.
      () => {
        if (this.#entries.get(question) === entry) this.#entries.delete(question);
      },
    );
    return entry.value;
  }

  /**
   * The answer of before stands until there is a new one, unless it was dropped meanwhile. One question after the other,
   * with rests between them: many answers can become old at once.
   */
  async #seekAnew(question: string, known: Entry<Value>, seek: Seek<Value>): Promise<void> {
    const { now } = this.#options;
    this.#sought.add(question);
    await this.#background.run(async () => {
      const at = now().getTime();
      const took = () => now().getTime() - at;
      try {
        if (this.#entries.get(question) !== known) return;
        const entry = { value: Promise.resolve(await seek(true)), at, took: took() };
        if (this.#entries.get(question) === known) this.#entries.set(question, entry);
      } catch {
        // It is sought again by whoever asks next.
      } finally {
        this.#sought.delete(question);
      }
      const rest = (1 / BACKGROUND_SHARE - 1) * took();
      if (rest > 0) await sleep(rest, undefined, { ref: false });
    });
  }
}
