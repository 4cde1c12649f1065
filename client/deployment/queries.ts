import { BatchGetCommand, paginateQuery, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { Decision } from '../../schemas/decisions.ts';
import type { PersonId } from '../../schemas/faces.ts';
import { enrolledFaceRecordOf, PREFIXES } from '../../schemas/keys.ts';
import {
  AliasRecord,
  EnrolledFaceRecord,
  EnrolmentRecord,
  FaceRecord,
  PersonRecord,
  PhotoRecord,
  PhotoStatus,
} from '../../schemas/records.ts';
import { INDEX_RANGE_KEY, indexKey, type IndexName, type TableName } from '../../schemas/tables.ts';
import { calmly } from '../calmly.ts';
import { UsageError } from '../failure.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import { rootsOf } from '../people/roots.ts';
import type { Target } from './target.ts';

/** Rows. */
const SMALL_PAGE = 250;
/** DynamoDB's limit for a BatchGetItem. */
const BATCH = 100;
/** Batches that are read at the same time. */
const CONCURRENCY = 4;

/** Reads the rows of photos by key. Photos without a row are absent. */
export async function readPhotos(target: Target, keys: readonly string[]): Promise<Map<string, PhotoRecord>> {
  const wanted = keys.map((key) => ({ image_id: key.slice(PREFIXES.input.length), record: 'photo' }));
  const rows = await readItems(target, PhotoRecord, wanted);
  return new Map(rows.map((row) => [row.key, row]));
}

/** Reads single faces, in no order, and of each only the attributes of the schema. Those without a row are absent. */
export const readPartsOfFaces = <Row extends z.ZodObject>(
  target: Target,
  schema: Row,
  faces: readonly Pick<FaceRecord, 'image_id' | 'record'>[],
): Promise<z.output<Row>[]> => readItems(target, schema, faces, projectionOf(schema));

interface Projection {
  readonly ProjectionExpression: string;
  readonly ExpressionAttributeNames: Readonly<Record<string, string>>;
}

function projectionOf(schema: z.ZodObject): Projection {
  const names = Object.keys(schema.shape).map((name, at) => [`#a${at}`, name] as const);
  return {
    ProjectionExpression: names.map(([placeholder]) => placeholder).join(', '),
    ExpressionAttributeNames: Object.fromEntries(names),
  };
}

async function readItems<Row extends z.ZodType>(
  target: Target,
  schema: Row,
  keys: readonly Record<string, string>[],
  projection?: Projection,
): Promise<z.output<Row>[]> {
  const batches = Array.from({ length: Math.ceil(keys.length / BATCH) }, (_, n) =>
    keys.slice(n * BATCH, (n + 1) * BATCH),
  );
  const rows = await mapConcurrently(CONCURRENCY, batches, (batch) => readBatch(target, batch, projection));
  return rows.flat().map((row) => parseRow(schema, row));
}

async function readBatch(
  { dynamoDb, deployment }: Target,
  keys: readonly Record<string, string>[],
  projection?: Projection,
): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  const table = deployment.results_table;
  for (let wanted = keys; wanted.length > 0;) {
    const { Responses, UnprocessedKeys } = await dynamoDb.send(
      new BatchGetCommand({ RequestItems: { [table]: { Keys: [...wanted], ConsistentRead: true, ...projection } } }),
    );
    rows.push(...(Responses?.[table] ?? []));
    wanted = (UnprocessedKeys?.[table]?.Keys ?? []) as typeof wanted;
  }
  return rows;
}

/** Reads the faces of the photo's current version, the largest first. */
export async function readFaces(target: Target, photo: PhotoRecord): Promise<FaceRecord[]> {
  const faces = await readRows(target, FaceRecord, {
    TableName: target.deployment.results_table,
    KeyConditionExpression: 'image_id = :id AND begins_with(#record, :face)',
    ExpressionAttributeNames: { '#record': 'record' },
    ExpressionAttributeValues: { ':id': photo.image_id, ':face': 'face#' },
    ConsistentRead: true,
  });
  return faces.filter(({ sequencer }) => sequencer === photo.sequencer);
}

/** Reads every decision about the photo with these bytes, the oldest first. */
export const readLedger = (target: Target, sha256: string): Promise<Decision[]> =>
  readRows(target, Decision, {
    TableName: target.deployment.decisions_table,
    KeyConditionExpression: 'photo = :photo',
    ExpressionAttributeValues: { ':photo': sha256 },
    ConsistentRead: true,
  });

/** Includes both ends. In whole seconds, as event times are. */
export interface Period {
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
}

interface IndexQuery<Name extends TableName> {
  readonly table: Name;
  readonly index: IndexName<Name>;
  readonly value: string;
  readonly period?: Period;
}

/** Reads what an index holds for a value, the oldest first. */
export const queryIndex = <Name extends TableName, Row extends z.ZodType>(
  target: Target,
  { schema, ...of }: IndexQuery<Name> & { readonly schema: Row },
): Promise<z.output<Row>[]> => readRows(target, schema, indexQuery(target, of));

/** The same, page by page, for more rows than memory should hold. */
export const eachInIndex = <Name extends TableName, Row extends z.ZodType>(
  target: Target,
  { schema, ...of }: IndexQuery<Name> & { readonly schema: Row },
): AsyncGenerator<z.output<Row>> => eachRow(target, schema, indexQuery(target, of));

/**
 * Reads only some attributes of many rows, in small pages one after the other, so that whatever else is asked meanwhile
 * is answered in between; in the background with rests. Gives pages, because to wait for each row takes longer than to
 * read it.
 */
export const pagesInPart = <Name extends TableName, Row extends z.ZodObject>(
  target: Target,
  { schema, ...of }: IndexQuery<Name> & { readonly schema: Row },
  inBackground = false,
): AsyncGenerator<z.output<Row>[]> => {
  const { ExpressionAttributeNames, ...query } = indexQuery(target, of);
  const projection = projectionOf(schema);
  const pages = pagesOf(target, schema, {
    ...query,
    ...projection,
    ExpressionAttributeNames: { ...ExpressionAttributeNames, ...projection.ExpressionAttributeNames },
    Limit: SMALL_PAGE,
  });
  return inBackground ? calmly(pages) : pages;
};

export function indexQuery<Name extends TableName>(
  { deployment }: Target,
  { table, index, value, period = {} }: IndexQuery<Name>,
): QueryCommandInput {
  const second = (date: Date) => date.toISOString().slice(0, 'YYYY-MM-DDTHH:MM:SS'.length);
  const { since = new Date(0), until } = period;
  if (until && until < since) throw new UsageError('The period ends before it begins.');
  return {
    TableName: deployment[`${table}_table`],
    IndexName: String(index),
    KeyConditionExpression: '#value = :value AND #timestamp BETWEEN :since AND :until',
    ExpressionAttributeNames: { '#value': indexKey(table, index), '#timestamp': INDEX_RANGE_KEY },
    ExpressionAttributeValues: {
      ':value': value,
      ':since': second(since),
      // A tilde sorts after what can follow the second: a Z, or milliseconds.
      ':until': until ? `${second(until)}~` : '~',
    },
  };
}

/** Counts the photos of every status. */
export async function countPhotos(target: Target): Promise<number> {
  let count = 0;
  for (const value of PhotoStatus.options) {
    count += await countInIndex(target, { table: 'results', index: 'by-status', value });
  }
  return count;
}

/** Rows, too few of them to fill a page of 1 MB: where a page is full, the local DynamoDB has to measure every row. */
const COUNTED_AT_ONCE = 500;

/** Counts what an index holds for a value. DynamoDB reads the rows to count them. */
export async function countInIndex<Name extends TableName>(target: Target, of: IndexQuery<Name>): Promise<number> {
  let count = 0;
  const input = { ...indexQuery(target, of), Select: 'COUNT', Limit: COUNTED_AT_ONCE } as const;
  for await (const { Count = 0 } of paginateQuery({ client: target.dynamoDb }, input)) count += Count;
  return count;
}

/** Reads the enrolments with a status. */
export const readEnrolments = (target: Target, status: EnrolmentRecord['status']): Promise<EnrolmentRecord[]> =>
  queryIndex(target, {
    table: 'people',
    index: 'by-status',
    value: status,
    schema: EnrolmentRecord,
  });

export async function readEnrolmentsByKey(
  target: Target,
  keys: readonly string[],
): Promise<Map<string, EnrolmentRecord>> {
  if (keys.length === 0) return new Map();
  const lists = await Promise.all(
    (['ENROLLED', 'REFUSED', 'FAILED', 'PROCESSING'] as const).map((status) => readEnrolments(target, status)),
  );
  const wanted = new Set(keys);
  return new Map(lists.flat().flatMap((row) => (wanted.has(row.key) ? [[row.key, row]] : [])));
}

/** Reads the faces that are enrolled for a person's id. */
export const readEnrolledFaces = (target: Target, person_id: PersonId): Promise<EnrolledFaceRecord[]> =>
  readRows(target, EnrolledFaceRecord, {
    TableName: target.deployment.people_table,
    KeyConditionExpression: 'person_id = :id AND begins_with(#record, :face)',
    ExpressionAttributeNames: { '#record': 'record' },
    ExpressionAttributeValues: { ':id': person_id, ':face': enrolledFaceRecordOf('') },
    ConsistentRead: true,
  });

/** Reads every row that is kept under a person's id: the person, portraits, enrolments, other names. */
export const eachRowOfPerson = (target: Target, person_id: PersonId) =>
  eachRow(target, PeopleRow, {
    TableName: target.deployment.people_table,
    KeyConditionExpression: 'person_id = :id',
    ExpressionAttributeValues: { ':id': person_id },
    ConsistentRead: true,
  });

const PeopleRow = z.union([PersonRecord, AliasRecord, EnrolledFaceRecord, EnrolmentRecord]);

/** Reads the rows of all people, also of those who were merged into another. */
export function readPersons(target: Target): Promise<PersonRecord[]> {
  const query = { table: 'people', index: 'by-status', value: 'KNOWN', schema: PersonRecord } as const;
  const read = () => queryIndex(target, query);
  return target.persons ? target.persons.get('', read) : read();
}

/** Names by id. Of a candidate below the threshold only the id is known. */
export type People = ReadonlyMap<string, string>;

/** Reads the names of all people by id. The id of somebody who was merged into another has the other's name. */
export async function readPeople(target: Target): Promise<Map<string, string>> {
  const roots = rootsOf(await readPersons(target));
  return new Map([...roots].map(([id, { name }]) => [id, name]));
}

const readRows = <Row extends z.ZodType>(target: Target, schema: Row, input: QueryCommandInput) =>
  Array.fromAsync(pagesOf(target, schema, input)).then((pages) => pages.flat());

async function* eachRow<Row extends z.ZodType>(
  target: Target,
  schema: Row,
  input: QueryCommandInput,
): AsyncGenerator<z.output<Row>> {
  for await (const page of pagesOf(target, schema, input)) yield* page;
}

async function* pagesOf<Row extends z.ZodType>(
  target: Target,
  schema: Row,
  input: QueryCommandInput,
): AsyncGenerator<z.output<Row>[]> {
  for await (const { Items = [] } of paginateQuery({ client: target.dynamoDb }, input)) {
    yield Items.map((item) => parseRow(schema, item));
  }
}

export function parseRow<Row extends z.ZodType>(schema: Row, item: Record<string, unknown>): z.output<Row> {
  const result = schema.safeParse(item);
  if (result.success) return result.data;
  const where = [item['image_id'] ?? item['person_id'], item['record']].join(' ');
  const faults = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new Error(`The row ${where} does not fit this version of Rollcall: ${faults.join('; ')}`);
}
