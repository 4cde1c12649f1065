import type { EventBridgeEvent } from '../events/event.ts';
import { part, type Part, type Store } from '../store.ts';
import type { Algorithm } from './checksums.ts';

export interface BucketConfig {
  readonly name: string;
  readonly versioning: boolean;
  readonly eventBridge: boolean;
  readonly expirations: readonly { readonly prefix: string; readonly days: number }[];
  readonly noncurrentDays?: number;
}

export interface Bucket extends BucketConfig {
  readonly created: string;
}

export interface ObjectVersion {
  readonly key: string;
  /** `null` is the one version of an unversioned bucket, as in S3. */
  readonly versionId: string;
  readonly sequencer: string;
  readonly modified: string;
  /** Absent in a delete marker, which has no content either. */
  readonly content?: Content;
}

export interface Content {
  /** File name under the blob folder, never derived from the key. */
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
}

export interface Upload {
  readonly bucket: string;
  readonly key: string;
  readonly started: string;
  readonly headers: Readonly<Record<string, string>>;
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

/** What S3 knows of its objects; their bytes are blobs in files. */
export interface Catalog {
  readonly store: Store;
  readonly buckets: Part<Bucket>;
  /** Every version of every object, in the order of ListObjectVersions. */
  readonly versions: Part<ObjectVersion>;
  readonly uploads: Part<Upload>;
  readonly parts: Part<UploadedPart>;
  /** Events committed with their objects and not yet taken by the bus. */
  readonly outbox: Part<EventBridgeEvent>;
}

export function openCatalog(store: Store): Catalog {
  return {
    store,
    buckets: part<Bucket>(store, 's3-buckets'),
    versions: part<ObjectVersion>(store, 's3-versions'),
    uploads: part<Upload>(store, 's3-uploads'),
    parts: part<UploadedPart>(store, 's3-parts'),
    outbox: part<EventBridgeEvent>(store, 's3-outbox'),
  };
}

/** Ends a key inside an index key, so that no key is a prefix of another's entry. */
const END = '\u0000';
const AFTER_END = '\u0001';

const ESCAPES: Readonly<Record<string, string>> = {
  '\u0000': '\u0001\u0001',
  '\u0001': '\u0001\u0002',
  '\u{10ffff}': '\u{10ffff}\u0001',
};
/** Sorts after everything that an escaped key goes on with. */
const LAST = '\u{10ffff}\u{10ffff}';

/** Keeps the order of UTF-8 bytes, in which LevelDB sorts and S3 lists, and frees U+0000 and LAST to mark ends. */
export function ordered(key: string): string {
  // eslint-disable-next-line no-control-regex
  return key.replace(/[\u0000\u0001\u{10ffff}]/gu, (char) => ESCAPES[char] ?? char);
}

export function versionEntry(bucket: string, version: Pick<ObjectVersion, 'key' | 'sequencer'>): string {
  return `${bucket}/${ordered(version.key)}${END}${newestFirst(version.sequencer)}`;
}

/** The entries of one object, newest first. */
export function versionRange(bucket: string, key: string): { gt: string; lt: string } {
  const base = `${bucket}/${ordered(key)}`;
  return { gt: base + END, lt: base + AFTER_END };
}

/** The entries of a bucket whose keys start with a prefix. */
export function prefixRange(bucket: string, prefix: string): { gte: string; lt: string } {
  const base = `${bucket}/${ordered(prefix)}`;
  return { gte: base, lt: base + LAST };
}

/** Past every version of one key, and past every key under a common prefix. */
export function pastKey(bucket: string, key: string): string {
  return `${bucket}/${ordered(key)}${AFTER_END}`;
}
export function pastPrefix(bucket: string, prefix: string): string {
  return prefixRange(bucket, prefix).lt;
}

export async function current(catalog: Catalog, bucket: string, key: string): Promise<ObjectVersion | undefined> {
  const [newest] = await catalog.versions.values({ ...versionRange(bucket, key), limit: 1 }).all();
  return newest;
}

export async function versionsOf(catalog: Catalog, bucket: string, key: string): Promise<ObjectVersion[]> {
  return catalog.versions.values(versionRange(bucket, key)).all();
}

function newestFirst(sequencer: string): string {
  return sequencer.replace(/[0-9A-F]/g, (digit) => (15 - Number.parseInt(digit, 16)).toString(16).toUpperCase());
}
