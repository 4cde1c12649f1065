import type { EventBridgeEvent } from '../events/event.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Part } from '../store.ts';

const PAGE = 100;
const RETRY_MS = 1000;

export interface Outbox {
  /** To be called when an event was committed. */
  wake(): void;
  /** Resolves when the bus has taken every event. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Hands committed events to the bus, oldest first, and forgets each one only when the bus has taken it. What the
 * process left behind when it died is handed over at the next start, so a delivery can come twice and never not.
 */
export function drainOutbox(options: {
  events: Part<EventBridgeEvent>;
  deliver: (event: EventBridgeEvent) => Promise<void>;
  report: (error: unknown) => void;
}): Outbox {
  const { events, deliver, report } = options;
  const closing = new AbortController();
  const closed = Promise.withResolvers<never>();
  closed.promise.catch(() => {});
  let running: Promise<void> | undefined;
  let again = false;

  async function drain(): Promise<void> {
    for (;;) {
      const page = closing.signal.aborted ? [] : await events.iterator({ limit: PAGE }).all();
      if (page.length === 0) return;
      // A bus that has not started keeps its callers waiting, and must not keep this from closing.
      const results = await Promise.allSettled(page.map(([, event]) => Promise.race([deliver(event), closed.promise])));
      await events.batch(
        page.filter((_, at) => results[at]?.status === 'fulfilled').map(([key]) => ({ type: 'del' as const, key })),
      );
      const failed = results.find((result) => result.status === 'rejected');
      if (!failed || closing.signal.aborted) continue;
      report(failed.reason);
      await sleep(RETRY_MS, undefined, { signal: closing.signal, ref: false }).catch(() => {});
    }
  }

  async function run(): Promise<void> {
    while (again) {
      again = false;
      await drain().catch(report);
    }
    running = undefined;
  }

  function wake(): void {
    again = true;
    running ??= run();
  }

  return {
    wake,
    idle: () => running ?? Promise.resolve(),
    close: async () => {
      closing.abort();
      closed.reject(new Error('The outbox is closed.'));
      await running;
    },
  };
}
