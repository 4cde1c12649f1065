import { setImmediate as nextTurn } from 'node:timers/promises';
import { Halt, StatesError } from './failure.ts';
import { put, type Change } from '../store.ts';
import { padded, under, type HistoryEvent, type Place, type Tables } from './tables.ts';

/** Events of one execution (Step Functions quotas). The last is kept for the end. */
export const historyLimit = 25_000;

export type Details = Readonly<Record<`${string}EventDetails`, Readonly<Record<string, unknown>>>>;

/** A line of events: the root of an execution, an iteration of a Map or a branch of a Parallel. */
export interface Strand {
  readonly path: string;
  /** The id of its latest event. */
  last: number;
}

/**
 * Keeps the history and the places of one execution. Writes are gathered while a batch is under way, and go out
 * in order; `flushed` waits for all that was written so far.
 */
export class Journal {
  #last: number;
  #pending: Change[] = [];
  #sealed = false;
  #flushing: Promise<void> | undefined;
  readonly #key: string;
  readonly #tables: Tables;
  readonly #now: () => number;
  readonly #onEvent: (event: HistoryEvent) => void;

  private constructor(key: string, last: number, options: JournalOptions) {
    this.#key = key;
    this.#last = last;
    this.#tables = options.tables;
    this.#now = options.now;
    this.#onEvent = options.onEvent;
  }

  static async open(key: string, options: JournalOptions): Promise<Journal> {
    return new Journal(key, await lastEventId(options.tables, key), options);
  }

  get last(): number {
    return this.#last;
  }

  append(strand: Strand, type: string, details: Details = {}): void {
    if (this.#sealed) throw new Halt('The execution has ended');
    if (this.#last + 1 >= historyLimit && !type.startsWith('Execution')) {
      throw new StatesError(
        'States.Runtime',
        `The execution reached the maximum number of history events (${historyLimit}).`,
      );
    }
    const id = ++this.#last;
    const event = { id, previousEventId: strand.last, type, timestamp: this.#now(), ...details };
    strand.last = id;
    this.#write([put(this.#tables.history, `${this.#key}/${padded(id, 5)}`, event)]);
    this.#onEvent(event);
  }

  async place(path: string): Promise<Place | undefined> {
    return this.#tables.places.get(`${this.#key}/${path}`);
  }

  move(path: string, place: Place): void {
    if (this.#sealed) throw new Halt('The execution has ended');
    this.#write([put(this.#tables.places, `${this.#key}/${path}`, place)]);
  }

  /** Appends an event of the execution itself, in one batch with the record that it changes. */
  async turn(type: string, details: Details, writes: Change[]): Promise<void> {
    this.append({ path: '', last: this.#last }, type, details);
    this.#write(writes);
    await this.flushed();
  }

  /** After the end: what is still under way leaves no trace. */
  seal(): void {
    this.#sealed = true;
  }

  async flushed(): Promise<void> {
    while (this.#flushing) await this.#flushing;
  }

  /** Forgets what only a redrive would need. */
  async forgetPlaces(): Promise<void> {
    await this.#tables.places.clear(under(this.#key));
  }

  #write(writes: Change[]): void {
    this.#pending.push(...writes);
    this.#flushing ??= this.#flush().finally(() => (this.#flushing = undefined));
    // Whoever awaits it hears of it; the journal may be the only one.
    this.#flushing.catch(() => {});
  }

  async #flush(): Promise<void> {
    while (this.#pending.length > 0) {
      // A batch is cut between turns of the event loop only. From a task's success to the next place there are but
      // promises, so both are in one batch, and no restart finds the one without the other.
      await nextTurn();
      const writes = this.#pending;
      this.#pending = [];
      try {
        await this.#tables.store.batch(writes);
      } catch (error) {
        throw new Halt('The history could not be written', { cause: error });
      }
    }
  }
}

export interface JournalOptions {
  readonly tables: Tables;
  readonly now: () => number;
  readonly onEvent: (event: HistoryEvent) => void;
}

export async function lastEventId(tables: Tables, key: string): Promise<number> {
  const [latest] = await tables.history.keys({ ...under(key), reverse: true, limit: 1 }).all();
  return latest === undefined ? 0 : Number(latest.slice(key.length + 1));
}
