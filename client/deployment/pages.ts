import { QueryCommand } from '@aws-sdk/lib-dynamodb';
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
  /** Absent at the end. */
  readonly next?: Position;
}

/** Reads the next rows. Fewer than the limit may come although there are more. */
export async function readPage<Name extends TableName, Item extends Row>(
  target: Target,
  { schema, limit, from = {}, ...slice }: Slice<Name> & { schema: z.ZodType<Item>; limit: number; from?: Position },
): Promise<PageOf<Item>> {
  const streams = await Promise.all(
    slice.values
      .filter((value) => from[value] !== null)
      .map((value) => openStream(target, slice, { value, limit, after: from[value] ?? undefined })),
  );
  const rows: Item[] = [];
  while (rows.length < limit) {
    const next = earliest(streams, slice.order);
    if (!next) break;
    rows.push(parseRow(schema, next.items[next.taken]!));
    next.taken += 1;
    // Whatever comes next in it may be earlier than what the others have.
    if (next.taken === next.items.length && next.more) break;
  }
  const position = Object.fromEntries(slice.values.map((value) => [value, positionIn(streams, value, slice)]));
  return Object.values(position).every((key) => key === null) ? { rows } : { rows, next: definedIn(position) };
}

/** What was read of one partition, and how much of that is in the page. */
interface Stream {
  readonly value: string;
  readonly after: IndexedKey | undefined;
  readonly items: readonly Record<string, unknown>[];
  readonly more: boolean;
  taken: number;
}

async function openStream<Name extends TableName>(
  target: Target,
  { table, index, period = {}, order }: Slice<Name>,
  { value, limit, after }: { value: string; limit: number; after: IndexedKey | undefined },
): Promise<Stream> {
  const query = new QueryCommand({
    ...indexQuery(target, { table, index, value, period }),
    ScanIndexForward: order === 'asc',
    Limit: limit,
    ...(after && { ExclusiveStartKey: after }),
  });
  const { Items = [], LastEvaluatedKey } = await target.dynamoDb.send(query).catch((error: Error) => {
    if (after && error.name === 'ValidationException') throw new UsageError('The cursor does not fit this list.');
    throw error;
  });
  return { value, after, items: Items, more: LastEvaluatedKey !== undefined, taken: 0 };
}

const timeOf = ({ items, taken }: Stream) => String(items[taken]?.['timestamp']);

/** The stream whose next row comes first. Compared as text, as the index does. */
function earliest(streams: readonly Stream[], order: 'asc' | 'desc'): Stream | undefined {
  const sign = order === 'asc' ? 1 : -1;
  const open = streams.filter(({ items, taken }) => taken < items.length);
  return open.toSorted((a, b) => sign * (timeOf(a) < timeOf(b) ? -1 : timeOf(a) > timeOf(b) ? 1 : 0))[0];
}

function positionIn<Name extends TableName>(
  streams: readonly Stream[],
  value: string,
  { table, index }: Slice<Name>,
): IndexedKey | null | undefined {
  const stream = streams.find((one) => one.value === value);
  if (!stream) return null;
  const { items, taken, more, after } = stream;
  if (taken === items.length && !more) return null;
  const last = items[taken - 1];
  return last ? keyOf(table, index, last) : after;
}

function keyOf<Name extends TableName>(table: Name, index: IndexName<Name>, row: Record<string, unknown>): IndexedKey {
  const { hashKey, rangeKey } = TABLES[table];
  const names = [hashKey, rangeKey, indexKey(table, index), INDEX_RANGE_KEY];
  return Object.fromEntries(names.map((name) => [name, String(row[name])]));
}

const definedIn = (position: Readonly<Record<string, IndexedKey | null | undefined>>): Position =>
  Object.fromEntries(Object.entries(position).flatMap(([value, key]) => (key === undefined ? [] : [[value, key]])));
