import { LRUCache } from 'lru-cache';
import type { TableStore } from './dynalite.ts';

/** How many versions are told apart. Whoever has one that was asked for longer ago reads anew. */
const MOST = 2000;

interface Range {
  readonly gt?: string;
  readonly gte?: string;
  readonly lt?: string;
  readonly lte?: string;
}

/** Which keys something was read from. */
interface Read {
  readonly version: number;
  readonly keys: string[];
  readonly ranges: Range[];
  isCurrent: boolean;
}

/** What a read gave. Without a version if it is not known what it was read from, or if that was written meanwhile. */
export interface Versioned<Output> {
  readonly output: Output;
  readonly version?: number;
}

/**
 * Gives what is read a version, which is current until a key that it was read from is written: whoever has kept it need
 * not read it again.
 */
export class ReadVersions {
  #last = 0;
  readonly #current = new LRUCache<number, Read>({ max: MOST, dispose: (read) => this.#forget(read) });
  /** Of the current versions, and of what is being read. */
  readonly #byKey = new Map<string, Set<Read>>();
  readonly #byRange = new Set<Read>();

  constructor({ db }: TableStore) {
    // LevelDB tells of a write once it is done, and before whoever wrote learns of it.
    db.on('write', (writes) => this.#written(writes.map(({ key }) => key)));
    db.on('clear', () => this.outdateAll());
  }

  isCurrent(version: number): boolean {
    return this.#current.get(version) !== undefined;
  }

  /** Reads from a view of the store that can be read only by key and by range. */
  async read<Output>(real: TableStore, run: (store: TableStore) => Promise<Output>): Promise<Versioned<Output>> {
    const read: Read = { version: (this.#last += 1), keys: [], ranges: [], isCurrent: true };
    try {
      const output = await run(this.#noting(real, read));
      if (!read.isCurrent || read.keys.length + read.ranges.length === 0) return { output };
      this.#current.set(read.version, read);
      return { output, version: read.version };
    } finally {
      if (!this.#current.has(read.version)) this.#forget(read);
    }
  }

  /** To be called when tables have changed. */
  outdateAll(): void {
    for (const reads of this.#byKey.values()) for (const read of reads) this.#outdate(read);
    for (const read of this.#byRange) this.#outdate(read);
  }

  #written(keys: readonly string[]): void {
    for (const key of keys) {
      for (const read of this.#byKey.get(key) ?? []) this.#outdate(read);
      for (const read of this.#byRange) if (read.ranges.some((range) => isIn(range, key))) this.#outdate(read);
    }
  }

  #outdate(read: Read): void {
    read.isCurrent = false;
    if (!this.#current.delete(read.version)) this.#forget(read);
  }

  /** Keys are noted before they are read, so that no write in between goes unseen. */
  #noting(real: TableStore, read: Read): TableStore {
    const db: Pick<TableStore['db'], 'values' | 'getMany'> = {
      values: (range) => {
        read.ranges.push(range);
        this.#byRange.add(read);
        return real.db.values(range);
      },
      getMany: (keys, options) => {
        read.keys.push(...keys);
        for (const key of keys) this.#byKey.set(key, (this.#byKey.get(key) ?? new Set()).add(read));
        return real.db.getMany(keys, options);
      },
    };
    return Object.assign(Object.create(real) as TableStore, { db });
  }

  #forget(read: Read): void {
    this.#byRange.delete(read);
    for (const key of read.keys) {
      const reads = this.#byKey.get(key);
      reads?.delete(read);
      if (reads?.size === 0) this.#byKey.delete(key);
    }
  }
}

/** All keys are ASCII, or sort after it as in LevelDB. */
const isIn = ({ gt, gte, lt, lte }: Range, key: string): boolean =>
  (gte === undefined || key >= gte) &&
  (gt === undefined || key > gt) &&
  (lte === undefined || key <= lte) &&
  (lt === undefined || key < lt);
