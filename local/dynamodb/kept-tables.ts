import type { JsonObject, TableStore } from './dynalite.ts';

const PREFIX = 'table~';

type Write = (...args: never[]) => unknown;

/**
 * Keeps the definitions of tables, which dynalite reads for each operation. A write to one drops them when it begins and
 * when it has ended, and what was read meanwhile is not kept.
 */
export function keepTables(db: TableStore['db']): void {
  const kept = new Map<string, JsonObject>();
  let drops = 0;
  const drop = () => {
    drops += 1;
    kept.clear();
  };
  const get = db.get;
  db.get = (key, callback) => {
    const table = kept.get(key);
    if (table) return void setImmediate(callback, null, table);
    const before = drops;
    get(key, (error, value) => {
      if (value && key.startsWith(PREFIX) && before === drops) kept.set(key, value);
      callback(error, value);
    });
  };
  db.put = dropping(db.put, drop);
  db.del = dropping(db.del, drop);
}

/** With a callback at the end, or a promise. */
function dropping<Of extends Write>(write: Of, drop: () => void): Of {
  const run = (key: string, ...others: unknown[]) => {
    const call = (...args: unknown[]) => write(...([key, ...args] as never[]));
    if (!key.startsWith(PREFIX)) return call(...others);
    drop();
    const last = others.at(-1);
    if (typeof last !== 'function') return (call(...others) as Promise<unknown>).finally(drop);
    return call(...others.slice(0, -1), (...given: unknown[]) => {
      drop();
      (last as (...given: unknown[]) => void)(...given);
    });
  };
  return run as never;
}
