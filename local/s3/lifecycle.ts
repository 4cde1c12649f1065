import { pauses } from '../pauses.ts';
import { unlessAborted } from '../unless-aborted.ts';
import { prefixRange, type Bucket, type ObjectVersion } from './catalog.ts';
import type { Cause } from './events.ts';
import type { S3Storage } from './storage.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

export interface Lifecycle {
  /** Resolves when everything that had expired by the start is deleted. */
  readonly appliedAtStart: Promise<void>;
  close(): Promise<void>;
}

/**
 * Applies every bucket's expirations once `after` has settled, and then every hour. S3 rounds up to midnight UTC; here
 * only the age counts.
 */
export function startLifecycle(
  storage: S3Storage,
  report: (error: unknown) => void,
  after: Promise<unknown> = Promise.resolve(),
): Lifecycle {
  const closing = new AbortController();
  const run = () =>
    expireAll(storage, pauses(closing.signal)).catch((error: unknown) => {
      if (!closing.signal.aborted) report(error);
    });
  const appliedAtStart = unlessAborted(after, closing.signal).then(run, run);
  let running = appliedAtStart;
  const timer = setInterval(() => (running = running.then(run)), HOUR_MS).unref();
  return {
    appliedAtStart,
    close: async () => {
      clearInterval(timer);
      closing.abort();
      await running;
    },
  };
}

async function expireAll(storage: S3Storage, pause: () => Promise<void>): Promise<void> {
  for (const bucket of await storage.catalog.buckets.values().all()) {
    if (bucket.expirations.length > 0 || bucket.noncurrentDays !== undefined || bucket.expiresDeleteMarkers)
      await expireBucket(storage, bucket, pause);
  }
}

async function expireBucket(storage: S3Storage, bucket: Bucket, pause: () => Promise<void>): Promise<void> {
  const cause: Cause = { reason: 'Lifecycle Expiration', requestId: storage.newId(), sourceAddress: '' };
  const now = storage.now().getTime();
  const isOlderThan = (since: string, days: number) => Date.parse(since) + days * DAY_MS <= now;
  let newer: ObjectVersion | undefined;
  /** The newest version of a key, when it is a delete marker and no other version of the key has been seen yet. */
  let loneMarker: ObjectVersion | undefined;
  const expireLoneMarker = async () => {
    if (loneMarker && bucket.expiresDeleteMarkers)
      await storage.deleteVersion(bucket, loneMarker.key, loneMarker.versionId, cause);
    loneMarker = undefined;
  };
  // The versions of a key follow each other, the newest first.
  for await (const version of storage.catalog.versions.values(prefixRange(bucket.name, ''))) {
    await pause();
    const { key, versionId, modified } = version;
    if (newer?.key === key) {
      loneMarker = undefined;
      // A version is noncurrent from the moment the next newer one was written.
      const days = bucket.noncurrentDays;
      if (days !== undefined && isOlderThan(newer.modified, days))
        await storage.deleteVersion(bucket, key, versionId, cause);
    } else {
      await expireLoneMarker();
      if (!version.content) loneMarker = version;
      else if (bucket.expirations.some(({ prefix, days }) => key.startsWith(prefix) && isOlderThan(modified, days)))
        await storage.deleteObject(bucket, key, cause, version);
    }
    newer = version;
  }
  await expireLoneMarker();
}
