import { setImmediate as nextTurn } from 'node:timers/promises';
import { put, type Change } from '../store.ts';
import { Halt, StatesError } from './errors.ts';
import { compressHistory, eventKey, readLastEventId } from './history.ts';
import { keysUnder, type HistoryEvent, type ExecutionPosition, type Sublevels } from './sublevels.ts';

/** Events in the history of one execution (Step Functions quotas). The last is reserved for the event of its end. */
export const HISTORY_LIMIT = 25_000;

export type Details = Readonly<Record<`${string}EventDetails`, Readonly<Record<string, unknown>>>>;

/** The events of one run through a graph. Each names the event before it as its previousEventId. */
export interface EventChain {
  readonly path: string;
  lastEventId: number;
}

/**
 * Writes the history and the positions of one execution. Changes that are made while a batch is being written are
 * collected for the next batch.
 */
export class Journal {
  #lastEventId: number;
  #pending: Change[] = [];
  #sealed = false;
  #flushing: Promise<void> | undefined;
  readonly #key: string;
  readonly #sublevels: Sublevels;
  readonly #now: () => number;
  readonly #onEvent: (event: HistoryEvent) => void;

  private constructor(key: string, lastEventId: number, options: JournalOptions) {
    this.#key = key;
    this.#lastEventId = lastEventId;
    this.#sublevels = options.sublevels;
    this.#now = options.now;
    this.#onEvent = options.onEvent;
  }

  static async open(key: string, options: JournalOptions): Promise<Journal> {
    return new Journal(key, await readLastEventId(options.sublevels, key), options);
  }

  get lastEventId(): number {
    return this.#lastEventId;
  }

  append(chain: EventChain, type: string, details: Details = {}): void {
    if (this.#sealed) throw new Halt('The execution has ended');
    if (this.#lastEventId + 1 >= HISTORY_LIMIT && !type.startsWith('Execution')) {
      throw new StatesError(
        'States.Runtime',
        `The execution reached the maximum number of history events (${HISTORY_LIMIT}).`,
      );
    }
    const id = ++this.#lastEventId;
    const event = { id, previousEventId: chain.lastEventId, type, timestamp: this.#now(), ...details };
    chain.lastEventId = id;
    this.#write([put(this.#sublevels.history, eventKey(this.#key, id), event)]);
    this.#onEvent(event);
  }

  async position(path: string): Promise<ExecutionPosition | undefined> {
    return this.#sublevels.positions.get(`${this.#key}/${path}`);
  }

  savePosition(path: string, position: ExecutionPosition): void {
    if (this.#sealed) throw new Halt('The execution has ended');
    this.#write([put(this.#sublevels.positions, `${this.#key}/${path}`, position)]);
  }

  /** Appends an event of the execution itself, and writes it in one batch with other changes. */
  async appendWithChanges(type: string, details: Details, changes: Change[]): Promise<void> {
    this.append({ path: '', lastEventId: this.#lastEventId }, type, details);
    this.#write(changes);
    await this.flush();
  }

  /** Refuses everything from now on: what still runs after the end of the execution must not be recorded. */
  seal(): void {
    this.#sealed = true;
  }

  /** Resolves when everything so far is in the store. */
  async flush(): Promise<void> {
    while (this.#flushing) await this.#flushing;
  }

  /** A succeeded execution cannot be redriven: it needs no positions any more, and its history only for reading. */
  async compact(): Promise<void> {
    await this.#sublevels.positions.clear(keysUnder(this.#key));
    await compressHistory(this.#sublevels, this.#key);
  }

  #write(changes: Change[]): void {
    this.#pending.push(...changes);
    this.#flushing ??= this.#flush().finally(() => (this.#flushing = undefined));
    // The error reaches whoever calls flush(). If nobody does, it must not end the process.
    this.#flushing.catch(() => {});
  }

  async #flush(): Promise<void> {
    while (this.#pending.length > 0) {
      // A batch takes all changes of one turn of the event loop. Between a task's success and the next position there
      // are only promises, so both are in one batch, and no restart finds one without the other.
      await nextTurn();
      const changes = this.#pending;
      this.#pending = [];
      try {
        await this.#sublevels.store.batch(changes);
      } catch (error) {
        throw new Halt('The history could not be written', { cause: error });
      }
    }
  }
}

export interface JournalOptions {
  readonly sublevels: Sublevels;
  readonly now: () => number;
  readonly onEvent: (event: HistoryEvent) => void;
}
