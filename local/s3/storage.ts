import type { EventBridgeEvent } from '../events/event.ts';
import { Mutex } from '../mutex.ts';
import type { Outbox } from '../outbox.ts';
import { del, put, type Change } from '../store.ts';
import type { Blobs } from './blobs.ts';
import {
  currentVersion,
  versionIndexKey,
  versionsOf,
  type Bucket,
  type Content,
  type Catalog,
  type ObjectVersion,
} from './catalog.ts';
import { S3Error } from './errors.ts';
import { objectEvent, type Cause } from './events.ts';

type Deletion = 'Permanently Deleted' | 'Delete Marker Created';

/** The only writer of object versions. Each change of an object is one batch with its event. */
export class S3Storage {
  readonly catalog: Catalog;
  readonly blobs: Blobs;
  readonly region: string;
  readonly accountId: string;
  readonly now: () => Date;
  readonly newId: () => string;
  readonly #sequence: () => string;
  readonly #outbox: Outbox<EventBridgeEvent>;
  /** One change of an object at a time, so that a condition that was checked still holds at the commit. */
  readonly #mutex = new Mutex();

  constructor(options: {
    catalog: Catalog;
    blobs: Blobs;
    region: string;
    accountId: string;
    now: () => Date;
    newId: () => string;
    sequence: () => string;
    outbox: Outbox<EventBridgeEvent>;
  }) {
    this.catalog = options.catalog;
    this.blobs = options.blobs;
    this.region = options.region;
    this.accountId = options.accountId;
    this.now = options.now;
    this.newId = options.newId;
    this.#sequence = options.sequence;
    this.#outbox = options.outbox;
  }

  async bucket(name: string): Promise<Bucket> {
    // There are few, so that the read is shorter than its way to another thread and back.
    const bucket = this.catalog.buckets.getSync(name);
    if (!bucket) throw new S3Error('NoSuchBucket', 'The specified bucket does not exist');
    return bucket;
  }

  /** Adds a version, or replaces the only one. `condition` gets the version that is replaced, and may throw. */
  async put(options: {
    bucket: Bucket;
    key: string;
    content: Content;
    cause: Cause;
    condition?: (before: ObjectVersion | undefined) => void;
    /** Committed together with the object. */
    also?: Change[];
  }): Promise<ObjectVersion> {
    const { bucket, key, content, cause } = options;
    return this.#mutex.run(async () => {
      options.condition?.(await currentVersion(this.catalog, bucket.name, key));
      const version = this.#newVersion(bucket, key, content);
      await this.#commit({
        bucket,
        version,
        cause,
        also: options.also ?? [],
        replaced: await this.#replaced(bucket, key),
      });
      return version;
    }, `${bucket.name}/${key}`);
  }

  /**
   * Adds a delete marker, or removes the object if the bucket has no versioning. Undefined if there was no object. With
   * `only`, nothing happens once another version has followed that one.
   */
  async deleteObject(
    bucket: Bucket,
    key: string,
    cause: Cause,
    only?: ObjectVersion,
  ): Promise<ObjectVersion | undefined> {
    return this.#mutex.run(async () => {
      const isLate = only && (await currentVersion(this.catalog, bucket.name, key))?.sequencer !== only.sequencer;
      if (isLate) return undefined;
      if (!bucket.versioning) return this.#deleteVersion(bucket, key, 'null', cause);
      const version = this.#newVersion(bucket, key, undefined);
      await this.#commit({ bucket, version, cause, also: [], replaced: [], deletion: 'Delete Marker Created' });
      return version;
    }, `${bucket.name}/${key}`);
  }

  deleteVersion(bucket: Bucket, key: string, id: string, cause: Cause): Promise<ObjectVersion | undefined> {
    return this.#mutex.run(() => this.#deleteVersion(bucket, key, id, cause), `${bucket.name}/${key}`);
  }

  async #deleteVersion(bucket: Bucket, key: string, id: string, cause: Cause): Promise<ObjectVersion | undefined> {
    const removed = (await versionsOf(this.catalog, bucket.name, key)).find((version) => version.versionId === id);
    if (!removed) return undefined;
    const event = { ...removed, sequencer: this.#sequence(), modified: this.now().toISOString() };
    await this.#write(bucket, [this.#removal(bucket, removed)], event, cause, 'Permanently Deleted');
    if (removed.content) await this.blobs.remove([removed.content.blob]);
    return removed;
  }

  async #commit(options: {
    bucket: Bucket;
    version: ObjectVersion;
    cause: Cause;
    also: Change[];
    replaced: ObjectVersion[];
    deletion?: Deletion;
  }): Promise<void> {
    const { bucket, version, replaced } = options;
    const changes: Change[] = [
      ...replaced.map((old) => this.#removal(bucket, old)),
      put(this.catalog.versions, versionIndexKey(bucket.name, version), version),
      ...options.also,
    ];
    await this.#write(bucket, changes, version, options.cause, options.deletion);
    await this.blobs.remove(replaced.flatMap((old) => old.content?.blob ?? []));
  }

  async #write(
    bucket: Bucket,
    changes: Change[],
    version: ObjectVersion,
    cause: Cause,
    deletion?: Deletion,
  ): Promise<void> {
    const { accountId, region } = this;
    const event = objectEvent({
      id: this.newId(),
      account: accountId,
      region,
      bucket: bucket.name,
      version,
      cause,
      ...(deletion && { deletion }),
    });
    const outgoing = bucket.eventBridge ? [this.#outbox.add(version.sequencer, event)] : [];
    await this.catalog.store.batch([...changes, ...outgoing]);
    if (outgoing.length > 0) this.#outbox.wake();
  }

  #newVersion(bucket: Bucket, key: string, content: Content | undefined): ObjectVersion {
    return {
      key,
      versionId: bucket.versioning ? this.newId() : 'null',
      sequencer: this.#sequence(),
      modified: this.now().toISOString(),
      ...(content && { content }),
    };
  }

  async #replaced(bucket: Bucket, key: string): Promise<ObjectVersion[]> {
    if (bucket.versioning) return [];
    return (await versionsOf(this.catalog, bucket.name, key)).filter((version) => version.versionId === 'null');
  }

  #removal(bucket: Bucket, version: ObjectVersion): Change {
    return del(this.catalog.versions, versionIndexKey(bucket.name, version));
  }
}
