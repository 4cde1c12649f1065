import { setTimeout as wait } from 'node:timers/promises';
import type { EventBridgeEvent } from '../events/event.ts';
import { padded, put, type Tables, type Write } from './tables.ts';

const page = 100;
const retryMs = 1000;

/**
 * Status events on their way to the bus, in order. An event is written with the status that it tells of and
 * forgotten when the bus has it, so each arrives at least once.
 */
export class Outbox {
  #next: number;
  #draining: Promise<void> | undefined;
  readonly #closing = new AbortController();
  readonly #tables: Tables;
  readonly #deliver: (event: EventBridgeEvent) => Promise<void>;
  readonly #report: (error: unknown) => void;

  private constructor(next: number, options: OutboxOptions) {
    this.#next = next;
    this.#tables = options.tables;
    this.#deliver = options.deliver;
    this.#report = options.report;
  }

  static async open(options: OutboxOptions): Promise<Outbox> {
    const [latest] = await options.tables.outbox.keys({ reverse: true, limit: 1 }).all();
    return new Outbox(Number(latest ?? 0) + 1, options);
  }

  /** The write that goes into the batch of the status; wake() when it is committed. */
  add(event: EventBridgeEvent): Write {
    return put(this.#tables.outbox, padded(this.#next++, 16), event);
  }

  wake(): void {
    this.#draining ??= this.#drain();
  }

  async idle(): Promise<void> {
    while (this.#draining) await this.#draining;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.idle();
  }

  async #drain(): Promise<void> {
    const { signal } = this.#closing;
    const { outbox } = this.#tables;
    while (!signal.aborted) {
      try {
        const entries = await outbox.iterator({ limit: page }).all();
        if (entries.length === 0) break;
        for (const [key, event] of entries) {
          if (signal.aborted) break;
          await this.#deliver(event as EventBridgeEvent);
          await outbox.del(key);
        }
      } catch (error) {
        this.#report(error);
        await wait(retryMs, undefined, { signal, ref: false }).catch(() => {});
      }
    }
    this.#draining = undefined;
    // What was committed after the last look and before this line.
    if (!signal.aborted && (await outbox.keys({ limit: 1 }).all()).length > 0) this.wake();
  }
}

export interface OutboxOptions {
  readonly tables: Tables;
  readonly deliver: (event: EventBridgeEvent) => Promise<void>;
  readonly report: (error: unknown) => void;
}
