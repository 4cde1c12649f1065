import { database, type JsonObject, type QueryTable, type TableStore } from './dynalite.ts';
import { entryPrefixOf } from './indexes.ts';

/** DynamoDB's limit for what a Query or Scan reads. */
const MAX_PAGE_BYTES = 1024 * 1024;
/** Entries, and bytes of them, that are read at once: all of most pages. */
const READ_AT_ONCE = { entries: 1000, bytes: 256 * 1024 };

/**
 * dynalite passes each row of a Query or Scan through two streams and a chain of event handlers, which takes most of
 * the time of a query. Here the rows are read as LevelDB gives them. What dynalite counts or looks up besides, it still
 * does itself.
 */
const { queryTable } = database;
database.queryTable = (store, table, data, range, isLocal, fetchFromItemDb, startKeyNames, callback) => {
  if (fetchFromItemDb || data['ReturnConsumedCapacity'] !== undefined) {
    return queryTable(store, table, data, range, isLocal, fetchFromItemDb, startKeyNames, callback);
  }
  const [, second] = table['KeySchema'] as readonly { AttributeName: string }[];
  readPage(store, data, boundsOf(data, range, isLocal), { startKeyNames, rangeKey: second?.AttributeName }).then(
    // A callback that throws must not look like a failed query.
    (page) => setImmediate(callback, null, page),
    (error: Error) => setImmediate(callback, error),
  );
};

type Range = Parameters<QueryTable>[3];

/** Where the rows are. An end that is not given is that of the table or index. */
function boundsOf({ TableName, IndexName }: JsonObject, range: Range, isLocal: boolean | undefined): object {
  const table = String(TableName);
  const prefix =
    IndexName === undefined ? `item-${table}~` : entryPrefixOf(isLocal ? 'Local' : 'Global', table, String(IndexName));
  const { gte, gt, lte, lt, limit, reverse } = range;
  return {
    ...(gte === undefined && gt !== undefined ? { gt: prefix + gt } : { gte: prefix + (gte ?? '') }),
    ...(lte === undefined ? { lt: prefix + (lt ?? '\u00ff') } : { lte: prefix + lte }),
    ...(limit !== undefined && { limit }),
    reverse: reverse ?? false,
    highWaterMarkBytes: READ_AT_ONCE.bytes,
  };
}

async function readPage(
  store: TableStore,
  data: JsonObject,
  bounds: object,
  { startKeyNames, rangeKey }: { startKeyNames: readonly string[]; rangeKey: string | undefined },
): Promise<JsonObject> {
  const { items, isFull } = await readItems(store, bounds, (data['Limit'] as number | undefined) ?? Infinity, rangeKey);
  const found = items.filter((item) => matches(item, data));
  const paths = (data['_projection'] as { paths: unknown } | undefined)?.paths ?? data['AttributesToGet'];
  const last = isFull ? items.at(-1) : undefined;
  return {
    ScannedCount: items.length,
    ...(last && { LastEvaluatedKey: Object.fromEntries(startKeyNames.map((name) => [name, last[name]])) }),
    Count: found.length,
    ...(data['Select'] !== 'COUNT' && {
      Items: paths === undefined ? found : found.map((item) => database.mapPaths(paths, item)),
    }),
  };
}

/** The item that reaches the limit of bytes is the last. */
async function readItems({ db }: TableStore, bounds: object, limit: number, rangeKey: string | undefined) {
  const items: JsonObject[] = [];
  let bytes = 0;
  const iterator = db.values(bounds);
  try {
    while (items.length < limit) {
      const next = await iterator.nextv(READ_AT_ONCE.entries);
      if (next.length === 0) return { items, isFull: false };
      for (const item of next) {
        if (items.length >= limit || bytes >= MAX_PAGE_BYTES) return { items, isFull: true };
        items.push(item);
        bytes += database.itemSize(item, true, true, rangeKey);
      }
    }
    return { items, isFull: true };
  } finally {
    await iterator.close();
  }
}

function matches(item: JsonObject, data: JsonObject): boolean {
  const { _filter, QueryFilter = data['ScanFilter'], ConditionalOperator } = data;
  if (_filter) return database.matchesExprFilter(item, (_filter as { expression: unknown }).expression);
  return !QueryFilter || database.matchesFilter(item, QueryFilter, ConditionalOperator);
}
