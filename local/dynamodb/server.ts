import { mkdir } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { awsJson, ServiceError, type Operation } from '../aws-json.ts';
import { dryRun, oneItem } from './atomic.ts';
import { actionOf, checkerOf, OPERATIONS, openTables } from './dynalite.ts';
import type { Action, OperationName, Refusal, Row, TableStore } from './dynalite.ts';

export interface DynamoDb {
  /** DynamoDB_20120810.*, JSON 1.0. */
  readonly handler: RequestListener;
  /** Resolves when the table is ACTIVE. One that exists with the same keys and indexes is left as it is. */
  createTable(input: object): Promise<void>;
  close(): Promise<void>;
}

/** DynamoDB's tables in a LevelDB folder. It has no transactions, time to live, streams nor backups. */
export async function startDynamoDb(options: {
  folder: string;
  region?: string;
  accountId?: string;
  report?: (error: unknown) => void;
}): Promise<DynamoDb> {
  await mkdir(options.folder, { recursive: true });
  const store = openTables(options.folder);
  await store.db.open();
  store.tableDb.awsRegion = options.region ?? 'us-east-1';
  store.tableDb.awsAccountId = options.accountId ?? '000000000000';
  await settleTables(store);

  const operations = Object.fromEntries(OPERATIONS.map((name) => [name, operation(store, name)]));
  const { CreateTable: create, DescribeTable: describe } = operations;
  return {
    handler: awsJson({ version: '1.0', operations, ...(options.report && { report: options.report }) }),
    createTable: (input) => createTable(input as Row, { create, describe }),
    close: () => store.db.close(),
  };
}

function operation(store: TableStore, name: OperationName): Operation {
  const check = checkerOf(name);
  const action = actionOf(name);
  switch (name) {
    case 'PutItem':
    case 'UpdateItem':
    case 'DeleteItem':
      return (input) => {
        const wantsItem = input['ReturnValuesOnConditionCheckFailure'] === 'ALL_OLD';
        return refusing(() => writeItem(store, action, check(store, input), wantsItem));
      };
    case 'BatchWriteItem':
      return (input) => refusing(() => writeBatch(store, action, check(store, input)));
    default:
      return (input) => refusing(() => run(action, store, check(store, input)));
  }
}

async function writeItem(store: TableStore, action: Action, data: Row, wantsItem = false): Promise<unknown> {
  const one = oneItem(store);
  try {
    return await run(action, one.store, data);
  } catch (error) {
    const body = (error as Partial<Refusal>).body;
    if (wantsItem && body?.__type.endsWith('#ConditionalCheckFailedException'))
      Object.assign(body, { Item: one.before() });
    throw error;
  }
}

/** Items of a batch are written one by one: DynamoDB too makes each of them atomic and not the batch. */
async function writeBatch(store: TableStore, action: Action, data: Row): Promise<unknown> {
  // Actions change what they are given.
  const answer = await run(action, dryRun(store), structuredClone(data));
  const [put, remove] = [actionOf('PutItem'), actionOf('DeleteItem')];
  const requests = data['RequestItems'] as Record<
    string,
    { PutRequest?: { Item: Row }; DeleteRequest?: { Key: Row } }[]
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
  return answer;
}

function run(action: Action, store: TableStore, data: Row): Promise<unknown> {
  return new Promise((resolve, reject) => {
    action(store, data, (error, value) => (error ? reject(error) : resolve(value)));
  });
}

async function refusing(work: () => Promise<unknown>): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    const { body, statusCode } = error as Partial<Refusal>;
    if (!body) throw error;
    const { __type, message, Message, ...fields } = body;
    throw new ServiceError(__type, message ?? Message ?? '', statusCode, fields);
  }
}

async function createTable(
  input: Row,
  table: { create: Operation | undefined; describe: Operation | undefined },
): Promise<void> {
  const describe = () => table.describe?.({ TableName: input['TableName'] }) as Promise<{ Table: Row }>;
  const before = await describe().catch((error: unknown) => {
    if (error instanceof ServiceError && error.name.endsWith('#ResourceNotFoundException')) return undefined;
    throw error;
  });
  if (before && !isDeepStrictEqual(shape(before.Table), shape(input))) {
    throw new Error(
      `Table ${String(input['TableName'])} exists with other keys or indexes. Remove the data folder, or choose another.`,
    );
  }
  if (!before) await table.create?.(structuredClone(input));
  while ((await describe()).Table['TableStatus'] !== 'ACTIVE') await sleep(1);
}

/** What cannot change under the rows that are there. */
function shape(table: Row): unknown {
  const indexes = ['GlobalSecondaryIndexes', 'LocalSecondaryIndexes'].map((kind) =>
    ((table[kind] ?? []) as Row[])
      .map(({ IndexName, KeySchema, Projection }) => ({ IndexName: String(IndexName), KeySchema, Projection }))
      .sort((a, b) => a.IndexName.localeCompare(b.IndexName)),
  );
  return { KeySchema: table['KeySchema'], indexes };
}

/** Ends what a process had begun with a table when it died. */
async function settleTables({ db }: TableStore): Promise<void> {
  for await (const [key, table] of db.iterator({ gte: 'table~', lt: 'table\u007f' })) {
    const name = key.slice('table~'.length);
    if (table['TableStatus'] === 'DELETING') {
      for (const part of [`item-${name}~`, `index-global~${name}~`, `index-local~${name}~`, `tag-${name}~`]) {
        await db.clear({ gte: part, lt: `${part.slice(0, -1)}\u007f` });
      }
      await db.clear({ gte: key, lt: `${key}\u0000` });
    } else if (table['TableStatus'] !== 'ACTIVE') {
      const indexes = (table['GlobalSecondaryIndexes'] as Row[] | undefined)?.map((index) => ({
        ...index,
        IndexStatus: 'ACTIVE',
      }));
      await db.put(key, { ...table, TableStatus: 'ACTIVE', ...(indexes && { GlobalSecondaryIndexes: indexes }) });
    }
  }
}
