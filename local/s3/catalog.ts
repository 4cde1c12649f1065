import type { EventBridgeEvent } from '../events/event.ts';
import { openSublevel, type Sublevel, type Store } from '../store.ts';
import type { Algorithm } from './checksums.ts';

export interface BucketConfig {
  readonly name: string;
  readonly versioning: boolean;
  readonly eventBridge: boolean;
  readonly expirations: readonly { readonly prefix: string; readonly days: number }[];
  readonly noncurrentDays?: number;
  /** Whether a delete marker is deleted once no version is left behind it. */
  readonly expiresDeleteMarkers?: boolean;
}

export interface Bucket extends BucketConfig {
  readonly created: string;
}

export interface ObjectVersion {
  readonly key: string;
  /** `null` is the only version in an unversioned bucket, as in S3. */
  readonly versionId: string;
  readonly sequencer: string;
  readonly modified: string;
  /** Absent from a delete marker. */
  readonly content?: Content;
}

export interface Content {
  /** File name in the blob folder, never derived from the key. */
  readonly blob: string;
  readonly size: number;
  readonly etag: string;
  readonly checksum?: {
    readonly algorithm: Algorithm;
    readonly value: string;
    readonly type: 'FULL_OBJECT' | 'COMPOSITE';
  };
  /** Response headers: content-type, cache-control, x-amz-meta-… */
  readonly headers: Readonly<Record<string, string>>;
  /** As x-amz-tagging gave them: `a=1&b=2`. */
  readonly tags?: string;
}

export interface Upload {
  readonly bucket: string;
  readonly key: string;
  readonly started: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly tags?: string;
  readonly algorithm?: Algorithm;
  readonly checksumType?: 'FULL_OBJECT' | 'COMPOSITE';
}

export interface UploadedPart {
  readonly number: number;
  readonly blob: string;
  readonly size: number;
  readonly etag: string;
  readonly modified: string;
  readonly checksum?: { readonly algorithm: Algorithm; readonly value: string };
}

/** The index of buckets, object versions and uploads. The bytes of objects are blobs in files. */
export interface Catalog {
  readonly store: Store;
  readonly buckets: Sublevel<Bucket>;
  /** Every version of every object, in the order in which ListObjectVersions lists them. */
  readonly versions: Sublevel<ObjectVersion>;
  readonly uploads: Sublevel<Upload>;
  readonly parts: Sublevel<UploadedPart>;
  /** Events that were committed with their objects and that the event bus has not accepted yet. */
  readonly outbox: Sublevel<EventBridgeEvent>;
}

export function openCatalog(store: Store): Catalog {
  return {
    store,
    buckets: openSublevel<Bucket>(store, 's3-buckets'),
    versions: openSublevel<ObjectVersion>(store, 's3-versions'),
    uploads: openSublevel<Upload>(store, 's3-uploads'),
    parts: openSublevel<UploadedPart>(store, 's3-parts'),
    outbox: openSublevel<EventBridgeEvent>(store, 's3-outbox'),
  };
}

/** Ends an object key inside an index key, so that no object key is a prefix of another's index key. */
const KEY_END = '\u0000';
const AFTER_KEY_END = '\u0001';

const ESCAPES: Readonly<Record<string, string>> = {
  '\u0000': '\u0001\u0001',
  '\u0001': '\u0001\u0002',
  '\u{10ffff}': '\u{10ffff}\u0001',
};
/** Sorts after every continuation of an escaped key. */
const AFTER_ALL_KEYS = '\u{10ffff}\u{10ffff}';

/**
 * Keeps the order of UTF-8 bytes, in which LevelDB sorts and S3 lists, and frees U+0000 and AFTER_ALL_KEYS as end
 * marks.
 */
export function escapeKey(key: string): string {
  // eslint-disable-next-line no-control-regex
  return key.replace(/[\u0000\u0001\u{10ffff}]/gu, (char) => ESCAPES[char] ?? char);
}

export function versionIndexKey(bucket: string, version: Pick<ObjectVersion, 'key' | 'sequencer'>): string {
  return `${bucket}/${escapeKey(version.key)}${KEY_END}${invertHex(version.sequencer)}`;
}

/** The index keys of one object's versions, newest first. */
export function versionRange(bucket: string, key: string): { gt: string; lt: string } {
  const base = `${bucket}/${escapeKey(key)}`;
  return { gt: base + KEY_END, lt: base + AFTER_KEY_END };
}

/** The index keys of a bucket's objects whose keys start with a prefix. */
export function prefixRange(bucket: string, prefix: string): { gte: string; lt: string } {
  const base = `${bucket}/${escapeKey(prefix)}`;
  return { gte: base, lt: base + AFTER_ALL_KEYS };
}

/** Sorts after every version of one object. */
export function afterKey(bucket: string, key: string): string {
  return `${bucket}/${escapeKey(key)}${AFTER_KEY_END}`;
}

/** Sorts after every object under a prefix. */
export function afterPrefix(bucket: string, prefix: string): string {
  return prefixRange(bucket, prefix).lt;
}

export async function currentVersion(
  catalog: Catalog,
  bucket: string,
  key: string,
): Promise<ObjectVersion | undefined> {
  const versions = catalog.versions.values({ ...versionRange(bucket, key), limit: 1 });
  const [newest] = await versions.nextv(1);
  // Nobody has to wait until it is closed.
  versions.close().catch(() => {});
  return newest;
}

export async function versionsOf(catalog: Catalog, bucket: string, key: string): Promise<ObjectVersion[]> {
  return catalog.versions.values(versionRange(bucket, key)).all();
}

function invertHex(sequencer: string): string {
  return sequencer.replace(/[0-9A-F]/g, (digit) => (15 - Number.parseInt(digit, 16)).toString(16).toUpperCase());
}
