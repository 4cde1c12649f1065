import { QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { Decision } from '../../schemas/decisions.ts';
import type { PersonId } from '../../schemas/faces.ts';
import { PREFIXES } from '../../schemas/keys.ts';
import { FaceRecord } from '../../schemas/records.ts';
import { indexQuery, readLedger, readPhotos } from '../deployment/queries.ts';
import type { Target } from '../deployment/target.ts';

export type RowKind = 'people' | 'faces' | 'decisions';
export type ObjectKind = 'portraits' | 'crops' | 'processed';

/** An object of the bucket. Without a version the current one. */
export interface HeldObject {
  readonly kind: ObjectKind;
  readonly key: string;
  readonly version_id?: string | undefined;
}

/** Some of the rows that are held on a person, and the objects that they name. */
export interface Part {
  readonly kind: RowKind;
  readonly rows: readonly object[];
  readonly objects: readonly HeldObject[];
  readonly next?: PartPosition;
}

/** Where an export goes on: a kind of rows, whose, and after which. */
export interface PartPosition {
  readonly kind: RowKind;
  /** The place of the id among those of the person. */
  readonly of: number;
  readonly after?: Readonly<Record<string, string>> | undefined;
}

const KINDS: readonly RowKind[] = ['people', 'faces', 'decisions'];
/** Rows of one part: their objects are in memory together. */
const ROWS = 25;

/** Reads the next part of what is held on a person who has these ids. */
export async function readPart(
  target: Target,
  ids: readonly PersonId[],
  { kind, of, after }: PartPosition = { kind: 'people', of: 0 },
): Promise<Part> {
  const id = ids[of];
  if (id === undefined) return { kind, rows: [], objects: [] };
  const query = new QueryCommand({
    ...QUERIES[kind](target, id),
    Limit: ROWS,
    ...(after && { ExclusiveStartKey: after }),
  });
  const { Items = [], LastEvaluatedKey } = await target.dynamoDb.send(query);
  const next = LastEvaluatedKey
    ? { kind, of, after: LastEvaluatedKey as Record<string, string> }
    : following(kind, of, ids);
  return { kind, ...(await WITH_OBJECTS[kind](target, Items)), ...(next && { next }) };
}

function following(kind: RowKind, of: number, ids: readonly PersonId[]): PartPosition | undefined {
  if (of + 1 < ids.length) return { kind, of: of + 1 };
  const later = KINDS[KINDS.indexOf(kind) + 1];
  return later && { kind: later, of: 0 };
}

const QUERIES: Record<RowKind, (target: Target, id: PersonId) => QueryCommandInput> = {
  people: ({ deployment }, id) => ({
    TableName: deployment.people_table,
    KeyConditionExpression: 'person_id = :id',
    ExpressionAttributeValues: { ':id': id },
  }),
  faces: (target, value) => indexQuery(target, { table: 'results', index: 'by-person', value }),
  decisions: (target, value) => indexQuery(target, { table: 'decisions', index: 'by-person', value }),
};

type Items = readonly Record<string, unknown>[];
type Found = Pick<Part, 'rows' | 'objects'>;

const WITH_OBJECTS: Record<RowKind, (target: Target, items: Items) => Promise<Found>> = {
  people: async (_, rows) => ({ rows, objects: rows.flatMap(portraitOf) }),
  faces: async (target, items) => {
    const faces = items.map((item) => FaceRecord.parse(item));
    const photos = await readPhotos(target, [...new Set(faces.map(({ image_id }) => PREFIXES.input + image_id))]);
    const crops = faces.flatMap(({ crop_key }): HeldObject[] => (crop_key ? [{ kind: 'crops', key: crop_key }] : []));
    const results = [...photos.values()].flatMap(({ processed_key }): HeldObject[] =>
      processed_key ? [{ kind: 'processed', key: processed_key }] : [],
    );
    return { rows: faces, objects: [...crops, ...results] };
  },
  decisions: async (target, items) => {
    const entries = await Promise.all(items.map((item) => withItsUndoing(target, Decision.parse(item))));
    return { rows: entries.flat(), objects: [] };
  },
};

/** An entry and those that take it back, or that take that back again. They name nobody themselves. */
async function withItsUndoing(target: Target, decision: Decision): Promise<Decision[]> {
  const related = [decision];
  const undos = (await readLedger(target, decision.photo)).filter(({ kind }) => kind === 'UNDO');
  // What is added is visited as well.
  for (const { entry } of related) related.push(...undos.filter(({ undoes }) => undoes === entry));
  return related;
}

/** Rows of several kinds name an object. */
const Naming = z.object({ key: z.string().optional(), version_id: z.string().optional() });

function portraitOf(row: Record<string, unknown>): HeldObject[] {
  const { key, version_id } = Naming.parse(row);
  return key === undefined ? [] : [{ kind: 'portraits', key, version_id }];
}
