import { openCatalog, versionIndexKey, type Catalog, type ObjectVersion } from '../../local/s3/catalog.ts';
import { openStore, put, type Change, type Store } from '../../local/store.ts';

/** Writes at once. */
const BATCH = 2000;

/** The bucket of an account that does not run: an object can be there under many keys, and its bytes only once. */
export class Objects {
  readonly #store: Store;
  readonly #catalog: Catalog;
  readonly #bucket: string;
  readonly #contents = new Map<string, ObjectVersion>();
  #changes: Change[] = [];

  private constructor(store: Store, bucket: string) {
    this.#store = store;
    this.#catalog = openCatalog(store);
    this.#bucket = bucket;
  }

  static async open(folder: string, bucket: string): Promise<Objects> {
    const objects = new Objects(await openStore(folder), bucket);
    for await (const version of objects.#catalog.versions.values()) objects.#contents.set(version.key, version);
    return objects;
  }

  /** Puts the bytes of an object under another key as well. */
  async copy(from: string, key: string, versionId: string, sequencer: string): Promise<void> {
    const original = this.#contents.get(from);
    if (!original) throw new Error(`There is no object ${from}.`);
    const version = { ...original, key, versionId, sequencer };
    this.#changes.push(put(this.#catalog.versions, versionIndexKey(this.#bucket, version), version));
    if (this.#changes.length >= BATCH) await this.#flush();
  }

  async close(): Promise<void> {
    await this.#flush();
    await this.#store.close();
  }

  async #flush(): Promise<void> {
    await this.#store.batch(this.#changes.splice(0));
  }
}
