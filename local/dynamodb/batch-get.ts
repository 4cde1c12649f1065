import type { Callback, JsonObject, Sublevel, TableStore } from './dynalite.ts';

/**
 * A view of the store for one BatchGetItem, which reads all of its items at once. dynalite reads them one by one, and
 * reads and parses the table's description again for each.
 */
export function batchedStore(real: TableStore): TableStore {
  const tables = new Map<string, JsonObject>();
  const getTable: TableStore['getTable'] = (name, callback) => {
    const known = tables.get(name);
    if (known) return callback(null, known);
    real.getTable(name, (error, table) => {
      if (table) tables.set(name, table);
      callback(error, table);
    });
  };
  let asked: { key: string; answer: Callback<JsonObject> }[] = [];
  const readAsked = () => {
    const reads = asked;
    asked = [];
    real.db.getMany(reads.map(({ key }) => key)).then(
      (items) => reads.forEach(({ answer }, at) => answer(null, items[at])),
      (error: Error) => reads.forEach(({ answer }) => answer(error)),
    );
  };
  const getItemDb = (table: string): Sublevel => ({
    ...real.getItemDb(table),
    get: (key, callback) => {
      asked.push({ key: `item-${table}~${key}`, answer: callback });
      if (asked.length === 1) setImmediate(readAsked);
    },
  });
  return Object.assign(Object.create(real) as TableStore, { getTable, getItemDb });
}
