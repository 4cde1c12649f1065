import type { Callback, Sublevel, JsonObject, TableStore, Write } from './dynalite.ts';
import { entryKeyOf, entryPrefixOf } from './indexes.ts';

export interface ItemWrite {
  readonly store: TableStore;
  /** The item before the write; undefined until the write has read it. */
  itemBefore(): JsonObject | undefined;
}

/**
 * A view of the store for writing one item. It buffers the writes to indexes, and commits them with the item in one
 * batch.
 */
export function itemWrite(real: TableStore): ItemWrite {
  const indexWrites: Write[] = [];
  let itemBefore: JsonObject | undefined;
  const bufferWrites = (prefix: string): Pick<Sublevel, 'put' | 'del'> => ({
    put: (key, value, callback) => {
      indexWrites.push({ type: 'put', key: prefix + key, value });
      callback(null);
    },
    del: (key, callback) => {
      indexWrites.push({ type: 'del', key: prefix + key });
      callback(null);
    },
  });
  const commit = (write: Write, prefix: string, callback: Callback) => {
    const entries = indexWrites.map((entry) => ({ ...entry, key: entryKeyOf(entry.key, write.key) }));
    real.db.batch([...entries, { ...write, key: prefix + write.key }], callback);
  };

  const store: TableStore = Object.assign(Object.create(real) as TableStore, {
    getIndexDb: (type: 'Local' | 'Global', table: string, index: string) => ({
      ...real.getIndexDb(type, table, index),
      ...bufferWrites(entryPrefixOf(type, table, index)),
    }),
    getItemDb: (table: string): Sublevel => {
      const items = real.getItemDb(table);
      const prefix = `item-${table}~`;
      return {
        ...items,
        get: (key, callback) =>
          items.get(key, (error, item) => {
            itemBefore = item;
            callback(error, item);
          }),
        put: (key, value, callback) => commit({ type: 'put', key, value }, prefix, callback),
        del: (key, callback) => commit({ type: 'del', key }, prefix, callback),
      };
    },
  });
  return { store, itemBefore: () => itemBefore };
}

/** A view of the store that ignores writes, so that running a batch on it only checks the batch. */
export function dryRunStore(real: TableStore): TableStore {
  const noWrites: Sublevel = {
    get: (_key, callback) => callback(null),
    put: (_key, _value, callback) => callback(null),
    del: (_key, callback) => callback(null),
  };
  const readOnly = (sublevel: Sublevel): Sublevel => ({ ...sublevel, ...noWrites });
  return Object.assign(Object.create(real) as TableStore, {
    getIndexDb: (type: 'Local' | 'Global', table: string, index: string) =>
      readOnly(real.getIndexDb(type, table, index)),
    getItemDb: (table: string) => readOnly(real.getItemDb(table)),
  });
}
