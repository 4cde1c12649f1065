import { mkdir } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { awsJson, ServiceError, type Operation } from '../aws-json.ts';
import { cannotOpen, MAX_OPEN_FILES } from '../store.ts';
import { dryRunStore, itemWrite } from './atomic.ts';
import { readBatch } from './batch-get.ts';
import { actionOf, ITEM_OPERATIONS, validatorOf, OPERATIONS, openTableStore } from './dynalite.ts';
import type { Action, OperationName, DynaliteError, JsonObject, TableStore } from './dynalite.ts';
import { rangeOf, rebuildIndexesOnce } from './indexes.ts';
import { knownTables } from './known-tables.ts';
import { jsonOf } from './query.ts';
import { ReadVersions } from './read-versions.ts';

export interface DynamoDb {
  /** DynamoDB_20120810.*, JSON 1.0. */
  readonly handler: RequestListener;
  /** An operation, without HTTP. The input becomes its own. Rejects with a ServiceError. */
  call(operation: OperationName, input: JsonObject): Promise<unknown>;
  /** The same of an operation that reads, with input and output as JSON. */
  read: ReadRows;
  /** Resolves when the table is ACTIVE. A table that exists with the same keys and indexes is left unchanged. */
  createTable(input: object): Promise<void>;
  close(): Promise<void>;
}

/**
 * Reads, unless `known` is the version of an answer and still current: then there is no output. No answer has version 0,
 * and an answer has none if `known` is not given.
 */
export type ReadRows = (
  operation: 'Query' | 'GetItem' | 'BatchGetItem',
  input: string,
  known?: number,
) => Promise<{ readonly output?: string; readonly version?: number }>;

/** DynamoDB over a LevelDB folder, without transactions, time to live, streams and backups. */
export async function startDynamoDb(options: {
  folder: string;
  region?: string;
  accountId?: string;
  report?: (error: unknown) => void;
}): Promise<DynamoDb> {
  await mkdir(options.folder, { recursive: true });
  const store = openTableStore(options.folder);
  await store.db.open({ maxOpenFiles: MAX_OPEN_FILES }).catch((error: unknown) => {
    throw cannotOpen(options.folder, error);
  });
  store.tableDb.awsRegion = options.region ?? 'us-east-1';
  store.tableDb.awsAccountId = options.accountId ?? '000000000000';
  await finishTableChanges(store);
  await rebuildIndexesOnce(store);

  const items = knownTables(store);
  const versions = new ReadVersions(store);
  const afterTableChange = () => {
    items.forget();
    versions.outdateAll();
  };
  const onStore = Object.fromEntries(OPERATIONS.map((name) => [name, operation(name)]));
  const operations = Object.fromEntries(
    OPERATIONS.map((name): [string, Operation] => [
      name,
      ITEM_OPERATIONS.has(name)
        ? (input) => onStore[name]!(items.store, input)
        : (input) => onStore[name]!(store, input).finally(afterTableChange),
    ]),
  );
  const { CreateTable: create, DescribeTable: describe } = operations;
  const running = new Set<Promise<unknown>>();
  let isClosing = false;
  /** dynalite throws where nobody can catch it when its store is closed under an operation. */
  const tracked =
    <Input extends unknown[], Output>(run: (...input: Input) => Promise<Output>) =>
    async (...input: Input): Promise<Output> => {
      if (isClosing) throw new ServiceError('ServiceUnavailable', 'DynamoDB is being stopped.', 503);
      const work = run(...input);
      running.add(work);
      return work.finally(() => running.delete(work));
    };
  const served = Object.fromEntries(Object.entries(operations).map(([name, run]) => [name, tracked(run)]));
  return {
    handler: awsJson({ version: '1.0', operations: served, ...(options.report && { report: options.report }) }),
    call: async (name, input) => served[name]!(input),
    read: tracked(reading(versions, { operations: onStore, store: items.store })),
    createTable: (input) => createTable(input as JsonObject, { create, describe }),
    close: async () => {
      isClosing = true;
      await Promise.allSettled(running);
      await store.db.close();
    },
  };
}

const reading =
  (
    versions: ReadVersions,
    { operations, store }: { operations: Readonly<Record<string, OnStore>>; store: TableStore },
  ): ReadRows =>
  async (name, input, known) => {
    const run = (on: TableStore) => operations[name]!(on, JSON.parse(input) as JsonObject);
    if (known === undefined) return { output: jsonOf(await run(store)) };
    if (versions.isCurrent(known)) return { version: known };
    const { output, ...version } = await versions.read(store, run);
    return { output: jsonOf(output), ...version };
  };

type OnStore = (store: TableStore, input: JsonObject) => Promise<unknown>;

function operation(name: OperationName): OnStore {
  const check = validatorOf(name);
  const action = actionOf(name);
  switch (name) {
    case 'PutItem':
    case 'UpdateItem':
    case 'DeleteItem':
      return (store, input) => {
        const returnOldItem = input['ReturnValuesOnConditionCheckFailure'] === 'ALL_OLD';
        return withServiceErrors(() => writeItem(store, action, check(store, input), returnOldItem));
      };
    case 'BatchWriteItem':
      return (store, input) => withServiceErrors(() => writeBatch(store, action, check(store, input)));
    case 'BatchGetItem':
      return (store, input) =>
        withServiceErrors(async () => {
          const data = check(store, input);
          return (await readBatch(store, data)) ?? runAction(action, store, data);
        });
    default:
      return (store, input) => withServiceErrors(() => runAction(action, store, check(store, input)));
  }
}

async function writeItem(store: TableStore, action: Action, data: JsonObject, returnOldItem = false): Promise<unknown> {
  const itemWriter = itemWrite(store);
  try {
    return await runAction(action, itemWriter.store, data);
  } catch (error) {
    const body = (error as Partial<DynaliteError>).body;
    if (returnOldItem && body?.__type.endsWith('#ConditionalCheckFailedException'))
      Object.assign(body, { Item: itemWriter.itemBefore() });
    throw error;
  }
}

/** Writes a batch's items one by one: in DynamoDB, too, each write is atomic but the batch is not. */
async function writeBatch(store: TableStore, action: Action, data: JsonObject): Promise<unknown> {
  // Actions modify their input.
  const output = await runAction(action, dryRunStore(store), structuredClone(data));
  const [put, remove] = [actionOf('PutItem'), actionOf('DeleteItem')];
  const requests = data['RequestItems'] as Record<
    string,
    { PutRequest?: { Item: JsonObject }; DeleteRequest?: { Key: JsonObject } }[]
  >;
  for (const [TableName, entries] of Object.entries(requests)) {
    await Promise.all(
      entries.map(({ PutRequest, DeleteRequest }) =>
        PutRequest
          ? writeItem(store, put, { TableName, Item: PutRequest.Item })
          : writeItem(store, remove, { TableName, Key: DeleteRequest?.Key }),
      ),
    );
  }
  return output;
}

function runAction(action: Action, store: TableStore, data: JsonObject): Promise<unknown> {
  return new Promise((resolve, reject) => {
    action(store, data, (error, value) => (error ? reject(error) : resolve(value)));
  });
}

async function withServiceErrors(work: () => Promise<unknown>): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    const { body, statusCode } = error as Partial<DynaliteError>;
    if (!body) throw error;
    const { __type, message, Message, ...fields } = body;
    throw new ServiceError(__type, message ?? Message ?? '', statusCode, fields);
  }
}

async function createTable(
  input: JsonObject,
  table: { create: Operation | undefined; describe: Operation | undefined },
): Promise<void> {
  const describe = () => table.describe?.({ TableName: input['TableName'] }) as Promise<{ Table: JsonObject }>;
  const before = await describe().catch((error: unknown) => {
    if (error instanceof ServiceError && error.name.endsWith('#ResourceNotFoundException')) return undefined;
    throw error;
  });
  if (before && !isDeepStrictEqual(keysAndIndexes(before.Table), keysAndIndexes(input))) {
    throw new Error(
      `Table ${String(input['TableName'])} exists with other keys or indexes. Remove the data folder, or choose another.`,
    );
  }
  if (!before) await table.create?.(structuredClone(input));
  while ((await describe()).Table['TableStatus'] !== 'ACTIVE') await sleep(1);
}

/** The parts of a table that cannot change once it has items. */
function keysAndIndexes(table: JsonObject): unknown {
  const indexes = ['GlobalSecondaryIndexes', 'LocalSecondaryIndexes'].map((kind) =>
    ((table[kind] ?? []) as JsonObject[])
      .map(({ IndexName, KeySchema, Projection }) => ({ IndexName: String(IndexName), KeySchema, Projection }))
      .sort((a, b) => a.IndexName.localeCompare(b.IndexName)),
  );
  return { KeySchema: table['KeySchema'], indexes };
}

/** Finishes creations, updates and deletions of tables that a killed process had begun. */
async function finishTableChanges({ db }: TableStore): Promise<void> {
  for await (const [key, table] of db.iterator(rangeOf('table~'))) {
    const name = key.slice('table~'.length);
    if (table['TableStatus'] === 'DELETING') {
      for (const part of [`item-${name}~`, `index-global~${name}~`, `index-local~${name}~`, `tag-${name}~`]) {
        await db.clear(rangeOf(part));
      }
      await db.clear({ gte: key, lt: `${key}\u0000` });
    } else if (table['TableStatus'] !== 'ACTIVE') {
      const indexes = (table['GlobalSecondaryIndexes'] as JsonObject[] | undefined)?.map((index) => ({
        ...index,
        IndexStatus: 'ACTIVE',
      }));
      await db.put(key, { ...table, TableStatus: 'ACTIVE', ...(indexes && { GlobalSecondaryIndexes: indexes }) });
    }
  }
}
