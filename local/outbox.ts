import { setTimeout as sleep } from 'node:timers/promises';
import { put, type Change, type Sublevel } from './store.ts';
import { unlessAborted } from './unless-aborted.ts';

const PAGE_SIZE = 100;
const RETRY_MS = 1000;

/**
 * Events that were committed together with the change that they report, on their way to a receiver. They are delivered
 * in order and one at a time. An event is removed only once it is delivered, so a crash or an error can deliver it
 * twice but never loses it.
 */
export class Outbox<Event> {
  readonly #events: Sublevel<Event>;
  readonly #deliver: (event: Event) => Promise<void>;
  readonly #report: (error: unknown) => void;
  readonly #closing = new AbortController();
  #running: Promise<void> | undefined;
  /** Set when there may be an event that the running delivery has not seen. */
  #awake = false;

  constructor(options: {
    /** Undelivered events. Their keys sort in the order of delivery. */
    events: Sublevel<Event>;
    deliver: (event: Event) => Promise<void>;
    report: (error: unknown) => void;
  }) {
    this.#events = options.events;
    this.#deliver = options.deliver;
    this.#report = options.report;
  }

  /** The change to commit with what the event reports. Call `wake` after the commit. */
  add(key: string, event: Event): Change {
    return put(this.#events, key, event);
  }

  /** Starts delivering what is committed. */
  wake(): void {
    if (this.#closing.signal.aborted) return;
    this.#awake = true;
    this.#running ??= this.#run();
  }

  /** Resolves when every committed event is delivered. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  /** Undelivered events stay in the store for the next start. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (this.#awake && !signal.aborted) {
      this.#awake = false;
      try {
        await this.#deliverAll(signal);
      } catch (error) {
        if (signal.aborted) break;
        this.#report(error);
        this.#awake = true;
        await sleep(RETRY_MS, undefined, { signal, ref: false }).catch(() => {});
      }
    }
    this.#running = undefined;
  }

  async #deliverAll(signal: AbortSignal): Promise<void> {
    for (;;) {
      const page = await this.#events.iterator({ limit: PAGE_SIZE }).all();
      if (page.length === 0) return;
      for (const [key, event] of page) {
        signal.throwIfAborted();
        // A receiver that never answers must not keep the outbox from closing.
        await unlessAborted(this.#deliver(event), signal);
        await this.#events.del(key);
      }
    }
  }
}
