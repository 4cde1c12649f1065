import { DynamoDBServiceException, type AttributeValue } from '@aws-sdk/client-dynamodb';
import type { SFNClient } from '@aws-sdk/client-sfn';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { convertToNative, marshall } from '@aws-sdk/util-dynamodb';
import { LRUCache } from 'lru-cache';

const READS = {
  QueryCommand: 'Query',
  GetItemCommand: 'GetItem',
  BatchGetItemCommand: 'BatchGetItem',
} as const;
export type ReadOperation = (typeof READS)[keyof typeof READS];

const EXECUTION_READS = {
  ListExecutionsCommand: 'ListExecutions',
  DescribeExecutionCommand: 'DescribeExecution',
  DescribeStateMachineForExecutionCommand: 'DescribeStateMachineForExecution',
  GetExecutionHistoryCommand: 'GetExecutionHistory',
} as const;
export type ExecutionRead = (typeof EXECUTION_READS)[keyof typeof EXECUTION_READS];

/**
 * Reads rows of an account in this process: input and output are those of DynamoDB's API, as JSON. Whoever has an answer
 * gives its version, or 0 to get one with a version: there is no output if it is still current. Rejects with an error
 * that has the service's name for it.
 */
export type ReadRows = (operation: ReadOperation, input: string, known?: number) => Promise<RowsRead>;

export interface RowsRead {
  readonly output?: string;
  /** Absent if it is not known until when the answer is current. */
  readonly version?: number;
}

/** Reads executions: input and output are those of Step Functions' API, the output as JSON. */
export type ReadExecutions = (operation: ExecutionRead, input: Record<string, unknown>) => Promise<string>;

/** What can be read of an account without HTTP. */
export interface DirectReads {
  readonly rows: ReadRows;
  readonly executions: ReadExecutions;
  /** Reads an object of the bucket. Rejects with an error that has S3's name for it. */
  readonly object: (key: string, versionId?: string) => Promise<Buffer>;
}

type Row = Record<string, AttributeValue>;
type Values = Record<string, unknown>;

/** An answer that is kept until it is no longer current. */
interface Kept {
  readonly version: number;
  readonly output: Values;
}

/**
 * How many letters of JSON the answers that are kept may have come as, and for how long one is kept, in milliseconds: what
 * was deleted must not stay in memory.
 */
const KEPT = { maxSize: 16 * 1024 * 1024, ttl: 5 * 60_000, ttlAutopurge: true };

/**
 * Lets a client read an account of its own process without the way through HTTP, signatures and JSON, which takes most
 * of the time of a query. Writes go that way as always. An answer in which nothing has changed has the same rows again,
 * which nobody may change. Rows with binary attributes would come as Base64: there are none.
 */
export function readDirectly(client: DynamoDBDocumentClient, read: ReadRows): void {
  const kept = new LRUCache<string, Kept>(KEPT);
  const answer = async (operation: ReadOperation, input: Values) => {
    const asked = jsonOf(input);
    const question = `${operation} ${asked}`;
    const known = kept.get(question);
    const answered = await read(operation, asked, isKept(input) ? (known?.version ?? 0) : undefined).catch(
      (error: unknown) => {
        throw asServiceException(error);
      },
    );
    if (answered.output === undefined) return known!.output;
    const output = outputOf(JSON.parse(answered.output) as Values);
    const { version } = answered;
    if (version !== undefined) kept.set(question, { version, output }, { size: answered.output.length });
    return output;
  };
  client.middlewareStack.add(directly(READS, answer), STEP);
}

/** The same of executions. Their errors have the service's names, as they come. */
export function readExecutionsDirectly(client: SFNClient, read: ReadExecutions): void {
  const answer = async (operation: ExecutionRead, input: Values) => {
    const { executions, events, ...one } = JSON.parse(await read(operation, input)) as Listed;
    return {
      ...dated(one),
      ...(executions && { executions: executions.map(dated) }),
      ...(events && { events: events.map(dated) }),
    };
  };
  client.middlewareStack.add(directly(EXECUTION_READS, answer), STEP);
}

const STEP = { step: 'initialize', priority: 'low', name: 'readDirectly' } as const;

/** Answers the commands that are named, and lets all others pass. */
const directly =
  <Operation>(
    operations: Readonly<Record<string, Operation>>,
    answer: (operation: Operation, input: Values) => Promise<Values>,
  ) =>
  <Args extends { input: object }, Result>(
    next: (args: Args) => Promise<Result>,
    { commandName = '' }: { commandName?: string },
  ) =>
  async (args: Args): Promise<Result> => {
    const operation = operations[commandName];
    if (operation === undefined) return next(args);
    const output = { ...(await answer(operation, { ...args.input })), $metadata: {} };
    return { output, response: undefined } as Result;
  };

interface Listed extends Values {
  readonly executions?: readonly Values[];
  readonly events?: readonly Values[];
}

/** The API's numbers are seconds. */
function dated(values: Values): Values {
  const times = ['startDate', 'stopDate', 'redriveDate', 'updateDate', 'timestamp'].filter((name) => name in values);
  return { ...values, ...Object.fromEntries(times.map((name) => [name, new Date(Number(values[name]) * 1000)])) };
}

/** Whoever reads parts of rows goes through many of them, and would leave no room for others. */
const isKept = ({ ProjectionExpression }: Values): boolean => ProjectionExpression === undefined;

function jsonOf(input: Values): string {
  const { Key, ExclusiveStartKey, ExpressionAttributeValues, RequestItems, ...plain } = input;
  const rows = { Key, ExclusiveStartKey, ExpressionAttributeValues };
  const marshalled = {
    ...plain,
    ...mapValues(rows, (row) => row && marshall(row)),
    RequestItems:
      RequestItems &&
      mapValues(RequestItems, (of: { Keys: object[] }) => ({ ...of, Keys: of.Keys.map((key) => marshall(key)) })),
  };
  return JSON.stringify(marshalled);
}

function outputOf({ Item, Items, LastEvaluatedKey, Responses, UnprocessedKeys, ...plain }: Values): Values {
  return {
    ...plain,
    ...mapValues({ Item, LastEvaluatedKey }, (row) => row && rowOf(row as Row)),
    Items: (Items as Row[] | undefined)?.map(rowOf),
    Responses: Responses && mapValues(Responses, (rows: Row[]) => rows.map(rowOf)),
    UnprocessedKeys:
      UnprocessedKeys && mapValues(UnprocessedKeys, (of: { Keys: Row[] }) => ({ ...of, Keys: of.Keys.map(rowOf) })),
  };
}

/** As `unmarshall` gives it, in less time: a page has thousands of attributes. */
function rowOf(row: Row): Values {
  const values: Values = {};
  for (const name in row) values[name] = valueOf(row[name]!);
  return values;
}

function valueOf(attribute: AttributeValue): unknown {
  const { S, N, L, M, BOOL } = attribute;
  if (S !== undefined) return S;
  // Of what is beyond, the library makes a bigint.
  if (N !== undefined && Math.abs(Number(N)) <= Number.MAX_SAFE_INTEGER) return Number(N);
  if (M !== undefined) return rowOf(M);
  if (L !== undefined) return L.map(valueOf);
  return BOOL ?? convertToNative(attribute);
}

const mapValues = <Value>(of: object, map: (value: Value) => unknown): Values =>
  Object.fromEntries(Object.entries(of).map(([name, value]) => [name, map(value as Value)]));

/** The names of the API have a prefix that the SDK takes away. */
function asServiceException(error: unknown): unknown {
  const { name, message } = error as Error;
  if (!name.includes('#')) return error;
  return new DynamoDBServiceException({ name: name.split('#').at(-1)!, message, $fault: 'client', $metadata: {} });
}
