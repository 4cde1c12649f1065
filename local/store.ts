import { mkdir } from 'node:fs/promises';
import type { AbstractBatchOperation, AbstractLevel, AbstractSublevel } from 'abstract-level';
import { ClassicLevel } from 'classic-level';

/** An ordered key-value store of JSON values; sublevels of one store share atomic batches. */
export type Store = AbstractLevel<string | Buffer | Uint8Array, string, unknown>;

/**
 * Opens a LevelDB folder. A batch is all or nothing and survives `kill -9` of this process.
 * One process at a time may hold it.
 */
export async function openStore(folder: string): Promise<ClassicLevel<string, unknown>> {
  await mkdir(folder, { recursive: true });
  const store = new ClassicLevel<string, unknown>(folder, { valueEncoding: 'json' });
  try {
    await store.open();
  } catch (error) {
    if ((error as { cause?: { code?: string } }).cause?.code === 'LEVEL_LOCKED') {
      throw new Error(
        `${folder} is in use by another Rollcall process. Stop it, or choose another folder with --data.`,
        {
          cause: error,
        },
      );
    }
    throw error;
  }
  return store;
}

/** A named part of a store, with its own key space. */
export type Part<V = unknown> = AbstractSublevel<Store, string | Buffer | Uint8Array, string, V>;

export function part<V = unknown>(store: Store, name: string): Part<V> {
  return store.sublevel<string, V>(name, { valueEncoding: 'json' });
}

/** One step of `store.batch([...])`, which is all or nothing across parts. */
export type Change = AbstractBatchOperation<Store, string, unknown>;

export function put<V>(sublevel: Part<V>, key: string, value: V): Change {
  return { type: 'put', sublevel, key, value };
}

export function del<V>(sublevel: Part<V>, key: string): Change {
  return { type: 'del', sublevel, key };
}
