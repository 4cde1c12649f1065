import type { AbstractBatchOperation, AbstractLevel, AbstractSublevel } from 'abstract-level';
import { ClassicLevel } from 'classic-level';
import { mkdir } from 'node:fs/promises';

/** An ordered key-value store of JSON values. One atomic batch can change several of its sublevels. */
export type Store = AbstractLevel<string | Buffer | Uint8Array, string, unknown>;

/** LevelDB maps each open table of 2 MB into memory. Its default of 1,000 would let a store grow to 2 GB there. */
export const MAX_OPEN_FILES = 64;

/**
 * Opens a LevelDB folder, which only one process at a time can have open. A batch is written whole or not at all, and
 * survives `kill -9` of this process.
 */
export async function openStore(folder: string): Promise<ClassicLevel<string, unknown>> {
  await mkdir(folder, { recursive: true });
  const store = new ClassicLevel<string, unknown>(folder, { valueEncoding: 'json', maxOpenFiles: MAX_OPEN_FILES });
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
    throw cannotOpen(folder, error);
  }
  return store;
}

/** abstract-level only says that it failed. The reason is the cause. */
export function cannotOpen(folder: string, error: unknown): Error {
  const { cause } = error as { cause?: unknown };
  return new Error(`${folder} cannot be opened: ${cause instanceof Error ? cause.message : String(error)}`, {
    cause: error,
  });
}

/** A named section of a store with its own keys. */
export type Sublevel<V = unknown> = AbstractSublevel<Store, string | Buffer | Uint8Array, string, V>;

export function openSublevel<V = unknown>(store: Store, name: string): Sublevel<V> {
  return store.sublevel<string, V>(name, { valueEncoding: 'json' });
}

/** One operation of `store.batch([...])`, which is atomic across sublevels. */
export type Change = AbstractBatchOperation<Store, string, unknown>;

export function put<V>(sublevel: Sublevel<V>, key: string, value: V): Change {
  return { type: 'put', sublevel, key, value };
}

export function del<V>(sublevel: Sublevel<V>, key: string): Change {
  return { type: 'del', sublevel, key };
}
