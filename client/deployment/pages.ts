import { QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type * as z from 'zod';
import { INDEX_RANGE_KEY, TABLES, indexKey, type IndexName, type TableName } from '../../schemas/tables.ts';
import { UsageError } from '../failure.ts';
import { indexQuery, parseRow, type Period } from './queries.ts';
import type { Target } from './target.ts';

/** Some partitions of an index, read by time as if they were one. */
export interface Slice<Name extends TableName> {
  readonly table: Name;
  readonly index: IndexName<Name>;
  readonly values: readonly string[];
  readonly period?: Period;
  readonly order: 'asc' | 'desc';
}

/** Where to go on in each partition: after a row, or nowhere if it has no more rows. A partition that is not named begins. */
export type Position = Readonly<Record<string, IndexedKey | null>>;
type IndexedKey = Readonly<Record<string, string>>;

interface Row {
  readonly timestamp: string;
}

export interface PageOf<Item> {
  readonly rows: readonly Item[];
  /** How many rows were looked at for it. */
  readonly seen: number;
  /** Absent at the end. */
  readonly next?: Position;
}

/** One partition of an index. */
export interface Partition<Item extends Row> {
  /** As a position names it. */
  readonly id: string;
  readonly query: QueryCommandInput;
  /** The attributes by which DynamoDB goes on after a row. */
  readonly keys: readonly string[];
  readonly schema: z.ZodType<Item>;
}

interface PartitionOf<Name extends TableName, Item extends Row> extends Pick<
  Slice<Name>,
  'table' | 'index' | 'period'
> {
  readonly value: string;
  readonly schema: z.ZodType<Item>;
}

export function partitionOf<Name extends TableName, Item extends Row>(
  target: Target,
  { table, index, value, period = {}, schema }: PartitionOf<Name, Item>,
  id = value,
): Partition<Item> {
  const { hashKey, rangeKey } = TABLES[table];
  const keys = [hashKey, rangeKey, indexKey(table, index), INDEX_RANGE_KEY];
  return { id, query: indexQuery(target, { table, index, value, period }), keys, schema };
}

/** Reads the next rows of some partitions of one index. Fewer than the limit may come although there are more. */
export const readPage = <Name extends TableName, Item extends Row>(
  target: Target,
  { values, limit, from, order, fits, ...of }: Slice<Name> & { schema: z.ZodType<Item> } & Paging<Item>,
): Promise<PageOf<Item>> => {
  const partitions = values.map((value) => partitionOf(target, { ...of, value }));
  return readPartitions(target, partitions, { order, limit, from, fits });
};

interface Where {
  readonly limit: number;
  readonly from?: Position | undefined;
}

interface Paging<Item> extends Where {
  readonly order: 'asc' | 'desc';
  /** Which rows are wanted. Absent if all are. */
  readonly fits?: ((row: Item) => boolean) | undefined;
}

/** Rows of a query that looks for those that fit, of which there may be few. */
const LOOKED_THROUGH = 200;

/** The same of partitions of several indexes and tables. */
export async function readPartitions<Item extends Row>(
  target: Target,
  partitions: readonly Partition<Item>[],
  { order, limit, from = {}, fits }: Paging<Item>,
): Promise<PageOf<Item>> {
  const asked = { order, limit: fits ? Math.max(limit, LOOKED_THROUGH) : limit };
  const streams = await Promise.all(
    partitions
      .filter(({ id }) => from[id] !== null)
      .map((partition) => openStream(target, partition, { ...asked, after: from[partition.id] ?? undefined })),
  );
  const rows: Item[] = [];
  while (rows.length < limit) {
    const next = earliest(streams, order);
    if (!next) break;
    const row = parseRow(next.partition.schema, next.items[next.taken]!);
    if (!fits || fits(row)) rows.push(row);
    next.taken += 1;
    // Whatever comes next in it may be earlier than what the others have.
    if (next.taken === next.items.length && next.more) break;
  }
  const position = Object.fromEntries(partitions.map(({ id }) => [id, positionIn(streams, id)]));
  const page = { rows, seen: streams.reduce((sum, { taken }) => sum + taken, 0) };
  return Object.values(position).every((key) => key === null) ? page : { ...page, next: definedIn(position) };
}

/** Rows that one page reads at most, so that what is rare does not hold up the answer. */
const MAX_READ = 2000;

/** Reads on until a page is full of rows that fit. It may be short, or empty, and still not the last. */
export async function readFitting<Item>(
  read: (page: Where) => Promise<PageOf<Item>>,
  { limit, from }: Where,
): Promise<PageOf<Item>> {
  const rows: Item[] = [];
  let [next, seen] = [from, 0];
  while (seen < MAX_READ && rows.length < limit) {
    const page = await read({ limit: limit - rows.length, from: next });
    rows.push(...page.rows);
    seen += Math.max(page.seen, 1);
    if (!page.next) return { rows, seen };
    next = page.next;
  }
  return { rows, seen, ...(next && { next }) };
}

/** What was read of one partition, and how much of that is in the page. */
interface Stream<Item extends Row> {
  readonly partition: Partition<Item>;
  readonly after: IndexedKey | undefined;
  readonly items: readonly Record<string, unknown>[];
  readonly more: boolean;
  taken: number;
}

async function openStream<Item extends Row>(
  target: Target,
  partition: Partition<Item>,
  { order, limit, after }: Pick<Paging<Item>, 'order' | 'limit'> & { readonly after: IndexedKey | undefined },
): Promise<Stream<Item>> {
  const query = new QueryCommand({
    ...partition.query,
    ScanIndexForward: order === 'asc',
    Limit: limit,
    ...(after && { ExclusiveStartKey: after }),
  });
  const { Items = [], LastEvaluatedKey } = await target.dynamoDb.send(query).catch((error: Error) => {
    if (after && error.name === 'ValidationException') throw new UsageError('The cursor does not fit this list.');
    throw error;
  });
  return { partition, after, items: Items, more: LastEvaluatedKey !== undefined, taken: 0 };
}

const timeOf = <Item extends Row>({ items, taken }: Stream<Item>) => String(items[taken]?.['timestamp']);

/** The stream whose next row comes first. Compared as text, as the index does. */
function earliest<Item extends Row>(streams: readonly Stream<Item>[], order: 'asc' | 'desc'): Stream<Item> | undefined {
  const sign = order === 'asc' ? 1 : -1;
  const open = streams.filter(({ items, taken }) => taken < items.length);
  if (open.length < 2) return open[0];
  return open.toSorted((a, b) => sign * (timeOf(a) < timeOf(b) ? -1 : timeOf(a) > timeOf(b) ? 1 : 0))[0];
}

function positionIn<Item extends Row>(streams: readonly Stream<Item>[], id: string): IndexedKey | null | undefined {
  const stream = streams.find(({ partition }) => partition.id === id);
  if (!stream) return null;
  const { items, taken, more, after, partition } = stream;
  if (taken === items.length && !more) return null;
  const last = items[taken - 1];
  return last ? Object.fromEntries(partition.keys.map((name) => [name, String(last[name])])) : after;
}

const definedIn = (position: Readonly<Record<string, IndexedKey | null | undefined>>): Position =>
  Object.fromEntries(Object.entries(position).flatMap(([value, key]) => (key === undefined ? [] : [[value, key]])));
