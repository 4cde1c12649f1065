import { database, type JsonObject, type TableStore, type Write } from './dynalite.ts';

/**
 * dynalite tells items with the same key in an index apart by 24 bits of a hash. Of 10,000 such items, three are not in
 * the index. Here the key of an entry ends with the whole key of its item.
 */
export const entryKeyOf = (dynaliteKey: string, itemKey: string) => `${dynaliteKey}/${itemKey}`;

/** For `ExclusiveStartKey`. */
const { createIndexKey, createKey } = database;
database.createIndexKey = (item, table, keySchema) =>
  entryKeyOf(createIndexKey(item, table, keySchema), createKey(item, table));

export const entryPrefixOf = (kind: 'Local' | 'Global', table: string, index: string) =>
  `index-${kind.toLowerCase()}~${table}~${index}~`;

/** All keys that begin with a prefix that ends in `~`. */
export const rangeOf = (prefix: string) => ({ gte: prefix, lt: `${prefix.slice(0, -1)}\u007f` });

/** Is there when all entries have the keys of today. */
const MARK = 'format~index-entries-with-item-keys';
/** Entries that are written at once. */
const BATCH = 1000;

/** Makes the entries of all indexes anew, once, in a folder whose entries have the keys that dynalite gives them. */
export async function rebuildIndexesOnce({ db }: TableStore): Promise<void> {
  for await (const _ of db.keys({ gte: MARK, lte: MARK })) return;
  for await (const [key, table] of db.iterator(rangeOf('table~'))) await rebuildIndexes(db, key.slice(6), table);
  await db.put(MARK, {});
}

async function rebuildIndexes(db: TableStore['db'], name: string, table: JsonObject): Promise<void> {
  for (const kind of ['Local', 'Global'] as const) {
    if (table[`${kind}SecondaryIndexes`] === undefined) continue;
    await db.clear(rangeOf(`index-${kind.toLowerCase()}~${name}~`));
    let writes: Write[] = [];
    for await (const [, item] of db.iterator(rangeOf(`item-${name}~`))) {
      writes.push(...entriesOf(kind, name, { item, table }));
      if (writes.length < BATCH) continue;
      await db.batch(writes);
      writes = [];
    }
    await db.batch(writes);
  }
}

/** The entries of a new item in all indexes of a kind. */
export function entriesOf(
  kind: 'Local' | 'Global',
  name: string,
  { item, table }: { item: JsonObject; table: JsonObject },
): Write[] {
  const indexes = (table[`${kind}SecondaryIndexes`] ?? []) as JsonObject[];
  const { puts } = database.getIndexActions(indexes, undefined, item, table);
  return puts.map(({ index, key, item: copy }) => ({
    type: 'put',
    key: entryPrefixOf(kind, name, index) + entryKeyOf(key, createKey(item, table)),
    value: copy,
  }));
}
