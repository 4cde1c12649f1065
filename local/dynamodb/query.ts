import { database, type JsonObject, type QueryTable, type TableStore } from './dynalite.ts';
import { entryPrefixOf } from './indexes.ts';
import { parse, projecting } from './projection.ts';

/** DynamoDB's limit for what a Query, Scan or BatchGetItem reads. */
export const MAX_PAGE_BYTES = 1024 * 1024;
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
  const limit = (data['Limit'] as number | undefined) ?? Infinity;
  const { texts, isFull } = await readTexts(store, bounds, limit, rangeKey);
  const last = isFull ? parse(texts.at(-1)!) : undefined;
  const page = {
    ScannedCount: texts.length,
    ...(last && { LastEvaluatedKey: Object.fromEntries(startKeyNames.map((name) => [name, last[name]])) }),
  };
  const paths = (data['_projection'] as { paths: unknown } | undefined)?.paths ?? data['AttributesToGet'];
  const isCount = data['Select'] === 'COUNT';
  if (!isFiltered(data)) {
    const Count = texts.length;
    if (isCount) return { ...page, Count };
    return pageOfTexts({ ...page, Count }, texts.map(projecting(paths)));
  }
  const found = texts.map(parse).filter((item) => matches(item, data));
  const Items = paths === undefined ? found : found.map((item) => database.mapPaths(paths, item));
  return { ...page, Count: found.length, ...(!isCount && { Items }) };
}

/** An output of an operation gives its JSON by this, if it has it already. */
const TEXT = Symbol('JSON');

/** A page that parses its items only for whoever looks at them. */
const pageOfTexts = (page: object, texts: readonly string[]): JsonObject => {
  const output = {
    ...page,
    get Items() {
      return texts.map(parse);
    },
  };
  return withText(output, () => `${JSON.stringify(page).slice(0, -1)},"Items":[${texts.join(',')}]}`);
};

/** An output whose JSON is made of texts that are there already. */
export const withText = (output: JsonObject, text: () => string): JsonObject =>
  Object.defineProperty(output, TEXT, { value: text });

/** The output of an operation as JSON. */
export const jsonOf = (output: unknown): string =>
  (output as { [TEXT]?: () => string })[TEXT]?.() ?? JSON.stringify(output);

/** Reads items as JSON. The item that reaches the limit of bytes is the last. */
async function readTexts({ db }: TableStore, bounds: object, limit: number, rangeKey: string | undefined) {
  const texts: string[] = [];
  const size = new PageSize(rangeKey);
  const iterator = db.values<string>({ ...bounds, valueEncoding: 'utf8' });
  try {
    while (texts.length < limit) {
      const next = await iterator.nextv(READ_AT_ONCE.entries);
      if (next.length === 0) return { texts, isFull: false };
      for (const text of next) {
        if (texts.length >= limit || size.isFull()) return { texts, isFull: true };
        texts.push(text);
        size.add(text);
      }
    }
    return { texts, isFull: true };
  } finally {
    // Nobody has to wait until it is closed.
    iterator.close().catch(() => {});
  }
}

/** The size of a page as DynamoDB counts it, which is found only where it could reach the limit. */
class PageSize {
  readonly #rangeKey: string | undefined;
  #uncounted: string[] = [];
  #bytes = 0;
  /** At least the size of what is not counted. */
  #atMost = 0;

  constructor(rangeKey: string | undefined) {
    this.#rangeKey = rangeKey;
  }

  add(text: string): void {
    this.#uncounted.push(text);
    this.#atMost += mostBytes(text);
  }

  isFull(): boolean {
    if (this.#bytes + this.#atMost < MAX_PAGE_BYTES) return false;
    for (const text of this.#uncounted) this.#bytes += database.itemSize(parse(text), true, true, this.#rangeKey);
    [this.#uncounted, this.#atMost] = [[], 0];
    return this.#bytes >= MAX_PAGE_BYTES;
  }
}

/**
 * What an item counts at most: its attributes fewer bytes than its JSON has letters, the item itself 20, and each 3,072
 * of them another 18 and those of its sort key, which has at most 1,024.
 */
const mostBytes = (text: string) => 20 + 1.35 * text.length;

const isFiltered = (data: JsonObject) => Boolean(data['_filter'] ?? data['QueryFilter'] ?? data['ScanFilter']);

function matches(item: JsonObject, data: JsonObject): boolean {
  const { _filter, QueryFilter = data['ScanFilter'], ConditionalOperator } = data;
  if (_filter) return database.matchesExprFilter(item, (_filter as { expression: unknown }).expression);
  return !QueryFilter || database.matchesFilter(item, QueryFilter, ConditionalOperator);
}
