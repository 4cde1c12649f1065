import { createRequire } from 'node:module';
import { Readable } from 'node:stream';

/**
 * The parts of dynalite 4 that this server uses; dynalite has no types. Its HTTP server is not used, because it throws
 * in an event handler when a client disconnects, and writes an item's index entries before the item and separately, so
 * that a crash in between leaves index entries without an item.
 */
export type Callback<T = unknown> = (error: Error | null, value?: T) => void;
export type JsonObject = Record<string, unknown>;

export interface Sublevel {
  get(key: string, callback: Callback<JsonObject>): void;
  put(key: string, value: JsonObject, callback: Callback): void;
  del(key: string, callback: Callback): void;
}

export type Write = { type: 'put'; key: string; value: JsonObject } | { type: 'del'; key: string };

export interface TableStore {
  readonly db: {
    open(options: { maxOpenFiles: number }): Promise<void>;
    close(): Promise<void>;
    batch(writes: readonly Write[], callback: Callback): void;
    batch(writes: readonly Write[]): Promise<void>;
    put(key: string, value: JsonObject): Promise<void>;
    clear(range: { gte: string; lt: string }): Promise<void>;
    compactRange(from: string, to: string): Promise<void>;
    iterator(range: { gte: string; lt: string }): AsyncIterable<[string, JsonObject]>;
    keys(range: object): AsyncIterable<string>;
    /** With the encoding `utf8`, values are as they are stored: JSON. */
    values<Value = JsonObject>(range: object): ValueIterator<Value>;
    get(key: string, callback: Callback<JsonObject>): void;
    getSync(key: string): JsonObject | undefined;
    getMany<Value = JsonObject>(keys: readonly string[], options: object): Promise<(Value | undefined)[]>;
    createKeyStream(range: object): Readable;
    createValueStream(range: object): Readable;
    /** After a write, before whoever wrote learns of it. */
    on(event: 'write', listener: (writes: readonly { readonly key: string }[]) => void): void;
    on(event: 'clear', listener: () => void): void;
  };
  readonly tableDb: { awsRegion: string; awsAccountId: string };
  getTable(name: string, callback: Callback<JsonObject>): void;
  getItemDb(table: string): Sublevel;
  getIndexDb(type: 'Local' | 'Global', table: string, index: string): Sublevel;
}

interface ValueIterator<Value> extends AsyncIterable<Value> {
  /** At most so many, fewer only where many bytes come together or at the end; none after the end. */
  nextv(size: number): Promise<Value[]>;
  close(): Promise<void>;
}

/** Reads a page of a Query or Scan whose input is checked. */
export type QueryTable = (
  store: TableStore,
  table: JsonObject,
  data: JsonObject,
  range: { gte?: string; gt?: string; lte?: string; lt?: string; limit?: number; reverse?: boolean },
  isLocal: boolean | undefined,
  fetchFromItemDb: boolean,
  startKeyNames: readonly string[],
  callback: Callback,
) => void;

export type Action = (store: TableStore, data: JsonObject, callback: Callback) => void;

interface Validation {
  readonly types: unknown;
  readonly custom?: unknown;
}

/** The error that dynalite throws, or passes to a callback, for a request that DynamoDB would refuse. */
export interface DynaliteError extends Error {
  readonly statusCode: number;
  readonly body: { readonly __type: string; readonly message?: string; readonly Message?: string };
}

const require = createRequire(import.meta.url);
export const database = require('dynalite/db') as {
  create(options: JsonObject): TableStore;
  createKey(item: JsonObject, table: JsonObject): string;
  /** Gives an error if the key is not one of the table. */
  validateKey(key: JsonObject, table: JsonObject): Error | null | undefined;
  /** The same of paths that lead into a key. */
  validateKeyPaths(nestedPaths: unknown, table: JsonObject): Error | null | undefined;
  /** `Query` and `Scan` call it as a property of this object. */
  createIndexKey: (item: JsonObject, table: JsonObject, keySchema: unknown) => string;
  /** `Query` and `Scan` call it as a property of this object. */
  queryTable: QueryTable;
  matchesExprFilter(item: JsonObject, expression: unknown): boolean;
  matchesFilter(item: JsonObject, filter: unknown, operator: unknown): boolean;
  mapPaths(paths: unknown, item: JsonObject): JsonObject;
  /** In bytes, as pages of a Query count it. */
  itemSize(item: JsonObject, compress: boolean, addMetaSize: boolean, rangeKey: string | undefined): number;
  getIndexActions(
    indexes: readonly JsonObject[],
    before: JsonObject | undefined,
    item: JsonObject,
    table: JsonObject,
  ): { puts: { index: string; key: string; item: JsonObject }[] };
};
const validations = require('dynalite/validations') as {
  checkTypes(data: JsonObject, types: unknown): JsonObject;
  checkValidations(data: JsonObject, types: unknown, custom: unknown, store: TableStore): void;
};

export const OPERATIONS = [
  'BatchGetItem',
  'BatchWriteItem',
  'CreateTable',
  'DeleteItem',
  'DeleteTable',
  'DescribeTable',
  'DescribeTimeToLive',
  'GetItem',
  'ListTables',
  'ListTagsOfResource',
  'PutItem',
  'Query',
  'Scan',
  'TagResource',
  'UntagResource',
  'UpdateItem',
  'UpdateTable',
] as const;
export type OperationName = (typeof OPERATIONS)[number];

/** Those that read and write items, and leave tables as they are. */
export const ITEM_OPERATIONS: ReadonlySet<OperationName> = new Set([
  'BatchGetItem',
  'BatchWriteItem',
  'DeleteItem',
  'GetItem',
  'PutItem',
  'Query',
  'Scan',
  'UpdateItem',
]);

export function openTableStore(path: string): TableStore {
  const store = database.create({ path, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const { db } = store;
  // dynalite's own streams never close their iterators, and each holds on to tables and to some 0.1 MB of memory.
  db.createKeyStream = (range) => Readable.from(db.keys(range));
  db.createValueStream = (range) => Readable.from(db.values(range));
  // To hand a read to another thread and back takes longer than the read, and much longer where all cores are busy.
  db.get = (key, callback) => {
    let value: JsonObject | undefined;
    try {
      value = db.getSync(key);
    } catch (error) {
      return callback(error as Error);
    }
    callback(null, value);
  };
  return store;
}

export function actionOf(name: OperationName): Action {
  return require(`dynalite/actions/${fileOf(name)}`) as Action;
}

/** Validates an input and converts it to what the action takes, or throws a DynaliteError. */
export function validatorOf(name: OperationName): (store: TableStore, input: JsonObject) => JsonObject {
  const { types, custom } = require(`dynalite/validations/${fileOf(name)}`) as Validation;
  return (store, input) => {
    const data = validations.checkTypes(input, types);
    validations.checkValidations(data, types, custom, store);
    return data;
  };
}

function fileOf(name: OperationName): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
