import { createRequire } from 'node:module';

/**
 * The parts of dynalite 4 that this server is made of; it has no types. Its own HTTP server is not used: that one
 * throws out of an event handler when a client breaks off, and writes an item's indexes before and apart from the
 * item, so that a crash between the two leaves rows in an index that no item has.
 */
export type Callback<T = unknown> = (error: Error | null, value?: T) => void;
export type Row = Record<string, unknown>;

export interface Part {
  get(key: string, callback: Callback<Row>): void;
  put(key: string, value: Row, callback: Callback): void;
  del(key: string, callback: Callback): void;
}

export type Write = { type: 'put'; key: string; value: Row } | { type: 'del'; key: string };

export interface TableStore {
  readonly db: {
    open(): Promise<void>;
    close(): Promise<void>;
    batch(writes: readonly Write[], callback: Callback): void;
    put(key: string, value: Row): Promise<void>;
    clear(range: { gte: string; lt: string }): Promise<void>;
    iterator(range: { gte: string; lt: string }): AsyncIterable<[string, Row]>;
  };
  readonly tableDb: { awsRegion: string; awsAccountId: string };
  getItemDb(table: string): Part;
  getIndexDb(type: 'Local' | 'Global', table: string, index: string): Part;
}

export type Action = (store: TableStore, data: Row, callback: Callback) => void;

interface Validation {
  readonly types: unknown;
  readonly custom?: unknown;
}

/** What dynalite throws or calls back for a request that DynamoDB would refuse. */
export interface Refusal extends Error {
  readonly statusCode: number;
  readonly body: { readonly __type: string; readonly message?: string; readonly Message?: string };
}

const require = createRequire(import.meta.url);
const database = require('dynalite/db') as { create(options: Row): TableStore };
const validations = require('dynalite/validations') as {
  checkTypes(data: Row, types: unknown): Row;
  checkValidations(data: Row, types: unknown, custom: unknown, store: TableStore): void;
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

export function openTables(path: string): TableStore {
  return database.create({ path, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
}

export function actionOf(name: OperationName): Action {
  return require(`dynalite/actions/${fileOf(name)}`) as Action;
}

/** The input as the action takes it, or a Refusal. */
export function checkerOf(name: OperationName): (store: TableStore, input: Row) => Row {
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
