import type { Cause } from './events.ts';
import { prefixRange, type Bucket, type ObjectVersion } from './catalog.ts';
import type { Shelf } from './shelf.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

export interface Lifecycle {
  /** Resolves when what had expired at the start is gone. */
  readonly applied: Promise<void>;
  close(): Promise<void>;
}

/** Applies every bucket's expirations now and hourly. S3 waits for midnight UTC; here age alone counts. */
export function applyLifecycle(shelf: Shelf, report: (error: unknown) => void): Lifecycle {
  const closing = new AbortController();
  const run = () => expire(shelf, closing.signal).catch(report);
  const applied = run();
  let running = applied;
  const timer = setInterval(() => (running = running.then(run)), HOUR_MS).unref();
  return {
    applied,
    close: async () => {
      clearInterval(timer);
      closing.abort();
      await running;
    },
  };
}

async function expire(shelf: Shelf, signal: AbortSignal): Promise<void> {
  for (const bucket of await shelf.catalog.buckets.values().all()) {
    if (bucket.expirations.length > 0 || bucket.noncurrentDays !== undefined) await expireBucket(shelf, bucket, signal);
  }
}

async function expireBucket(shelf: Shelf, bucket: Bucket, signal: AbortSignal): Promise<void> {
  const cause: Cause = { reason: 'Lifecycle Expiration', requestId: shelf.newId(), sourceAddress: '' };
  const now = shelf.now().getTime();
  const old = (since: string, days: number) => Date.parse(since) + days * DAY_MS <= now;
  let newer: ObjectVersion | undefined;
  for await (const version of shelf.catalog.versions.values(prefixRange(bucket.name, ''))) {
    if (signal.aborted) return;
    const { key, versionId, modified } = version;
    if (newer?.key === key) {
      // Noncurrent since the next newer version came.
      const days = bucket.noncurrentDays;
      if (days !== undefined && old(newer.modified, days)) await shelf.removeVersion(bucket, key, versionId, cause);
    } else if (
      version.content &&
      bucket.expirations.some(({ prefix, days }) => key.startsWith(prefix) && old(modified, days))
    ) {
      await shelf.hide(bucket, key, cause);
    }
    newer = version;
  }
}
