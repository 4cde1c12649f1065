import type { Callback, Part, Row, TableStore, Write } from './dynalite.ts';

export interface OneItem {
  readonly store: TableStore;
  /** The item before the write, once it was read. */
  before(): Row | undefined;
}

/** The store as the write of one item sees it: what it writes to indexes is kept back and committed with the item. */
export function oneItem(real: TableStore): OneItem {
  const kept: Write[] = [];
  let before: Row | undefined;
  const keep = (prefix: string): Pick<Part, 'put' | 'del'> => ({
    put: (key, value, callback) => {
      kept.push({ type: 'put', key: prefix + key, value });
      callback(null);
    },
    del: (key, callback) => {
      kept.push({ type: 'del', key: prefix + key });
      callback(null);
    },
  });
  const commit = (write: Write, callback: Callback) => real.db.batch([...kept, write], callback);

  const store: TableStore = Object.assign(Object.create(real) as TableStore, {
    getIndexDb: (type: 'Local' | 'Global', table: string, index: string) => ({
      ...real.getIndexDb(type, table, index),
      ...keep(`index-${type.toLowerCase()}~${table}~${index}~`),
    }),
    getItemDb: (table: string): Part => {
      const items = real.getItemDb(table);
      const prefix = `item-${table}~`;
      return {
        ...items,
        get: (key, callback) =>
          items.get(key, (error, item) => {
            before = item;
            callback(error, item);
          }),
        put: (key, value, callback) => commit({ type: 'put', key: prefix + key, value }, callback),
        del: (key, callback) => commit({ type: 'del', key: prefix + key }, callback),
      };
    },
  });
  return { store, before: () => before };
}

/** A store in which writing does nothing: running a batch on it checks the batch. */
export function dryRun(real: TableStore): TableStore {
  const nothing: Part = {
    get: (_key, callback) => callback(null),
    put: (_key, _value, callback) => callback(null),
    del: (_key, callback) => callback(null),
  };
  const without = (partOf: Part): Part => ({ ...partOf, ...nothing });
  return Object.assign(Object.create(real) as TableStore, {
    getIndexDb: (type: 'Local' | 'Global', table: string, index: string) =>
      without(real.getIndexDb(type, table, index)),
    getItemDb: (table: string) => without(real.getItemDb(table)),
  });
}
