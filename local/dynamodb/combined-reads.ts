import type { Callback, JsonObject } from './dynalite.ts';

type Get = (key: string, callback: Callback<JsonObject>) => void;
type GetMany = (keys: readonly string[]) => Promise<(JsonObject | undefined)[]>;

/**
 * Reads with one call what is asked for at the same time: a BatchGetItem asks a hundred times for an item, and as often
 * for the definition of its table. What cannot be read so is read alone, so that an error goes to whom it concerns.
 */
export function combineReads(get: Get, getMany: GetMany): Get {
  let asked: (readonly [string, Callback<JsonObject>])[] = [];
  const readAll = async () => {
    const reads = asked;
    asked = [];
    if (reads.length === 1) return get(...reads[0]!);
    const keys = [...new Set(reads.map(([key]) => key))];
    const values = await getMany(keys).catch(() => undefined);
    const found = new Map(values?.map((value, at) => [keys[at]!, value]));
    for (const [key, callback] of reads) {
      if (values) setImmediate(callback, null, found.get(key));
      else get(key, callback);
    }
  };
  return (key, callback) => {
    asked.push([key, callback]);
    if (asked.length === 1) queueMicrotask(() => void readAll());
  };
}
