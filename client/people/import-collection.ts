import { paginateListFaces, RekognitionClient, type Face } from '@aws-sdk/client-rekognition';
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { percent, PersonId, type BoundingBox } from '../../schemas/faces.ts';
import { importedFaceRecordOf, nameOfExternalId, personIdOf, tombstoneIdOf } from '../../schemas/keys.ts';
import { AliasRecord, type EnrolledFaceRecord, type PersonRecord, type Tombstone } from '../../schemas/records.ts';
import type { Target } from '../deployment/target.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import { namedNow, readEverybody, type Person } from './find-person.ts';

/** What the collection has under one ExternalImageId. */
export interface External {
  readonly externalId: string;
  readonly faces: number;
  readonly name?: string;
  readonly person_id?: PersonId;
  /** Who it counts for, if the name means somebody with another id by now. */
  readonly counts_for?: PersonId;
  /** Why nobody is imported. */
  readonly problem?: string;
}

export interface CollectionPlan {
  readonly externals: readonly External[];
  /** Faces that Rollcall has enrolled itself. */
  readonly own: number;
  /** Faces without an ExternalImageId. */
  readonly nameless: number;
}

/** Concurrent writes. */
const CONCURRENCY = 16;
/** The most that one call gives. */
const PAGE = 4096;

/** Lists who is in the collection without being a person of Rollcall. Nothing is changed. */
export async function planImport(target: Target): Promise<CollectionPlan> {
  const counts = new Map<string | undefined, number>();
  for await (const faces of pages(target)) {
    for (const { ExternalImageId: id } of faces) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  const nameless = counts.get(undefined) ?? 0;
  counts.delete(undefined);
  const [own, foreign] = [[...counts].filter(([id]) => isOwn(id)), [...counts].filter(([id]) => !isOwn(id))];
  const everybody = await readEverybody(target);
  const externals = await mapConcurrently(CONCURRENCY, foreign, ([externalId = '', faces]) =>
    planOne(target, everybody, { externalId, faces }),
  );
  return {
    externals: externals.toSorted((a, b) => (a.externalId < b.externalId ? -1 : 1)),
    own: own.reduce((sum, [, faces]) => sum + faces, 0),
    nameless,
  };
}

const isOwn = (id: string | undefined) => PersonId.safeParse(id).success;

async function planOne(
  target: Target,
  everybody: readonly Person[],
  found: Pick<External, 'externalId' | 'faces'>,
): Promise<External> {
  const name = nameOfExternalId(found.externalId);
  if (name === undefined) return { ...found, problem: 'it is no name' };
  const person_id = personIdOf(name);
  if (await wasForgotten(target, person_id)) {
    return { ...found, name, problem: 'this person was forgotten; delete the faces from the collection' };
  }
  const named = namedNow(everybody, name);
  if (named.length > 1) {
    return { ...found, name, problem: `${named.length} people have this name; rename all but one of them` };
  }
  const meant = named[0]?.person_id ?? (await aliasOf(target, person_id));
  return { ...found, name, person_id, ...(meant === undefined || meant === person_id ? {} : { counts_for: meant }) };
}

async function wasForgotten({ dynamoDb, deployment }: Target, id: PersonId): Promise<boolean> {
  const record: Tombstone['record'] = 'tombstone';
  const Key = { person_id: tombstoneIdOf(id), record };
  const { Item } = await dynamoDb.send(
    new GetCommand({ TableName: deployment.people_table, Key, ConsistentRead: true }),
  );
  return Item !== undefined;
}

async function aliasOf({ dynamoDb, deployment }: Target, person_id: PersonId): Promise<PersonId | undefined> {
  const record: AliasRecord['record'] = 'alias';
  const Key = { person_id, record };
  const { Item } = await dynamoDb.send(
    new GetCommand({ TableName: deployment.people_table, Key, ConsistentRead: true }),
  );
  return Item && AliasRecord.parse(Item).is;
}

/**
 * Makes people of those in the plan, and writes a row for each of their faces. No face is indexed again. Interrupted, it
 * can be called again: it writes the same rows.
 */
export async function importCollection(
  target: Target,
  { externals }: CollectionPlan,
  now = new Date(),
): Promise<number> {
  const people = new Map(externals.flatMap((one) => (one.person_id ? [[one.externalId, one.person_id] as const] : [])));
  const at = now.toISOString();
  for (const one of externals) if (one.person_id) await putPerson(target, one as Importable, at);
  let imported = 0;
  for await (const faces of pages(target)) {
    const rows = faces.flatMap((face) => rowOf(face, people, at));
    await mapConcurrently(CONCURRENCY, rows, (Item) =>
      target.dynamoDb.send(new PutCommand({ TableName: target.deployment.people_table, Item })),
    );
    imported += rows.length;
  }
  return imported;
}

type Importable = External & Required<Pick<External, 'name' | 'person_id'>>;

async function putPerson({ dynamoDb, deployment }: Target, one: Importable, at: string): Promise<void> {
  const record: PersonRecord['record'] = 'person';
  const status: PersonRecord['status'] = 'KNOWN';
  const of = one.counts_for;
  await dynamoDb.send(
    new UpdateCommand({
      TableName: deployment.people_table,
      Key: { person_id: one.person_id, record },
      // A person who is known keeps name and date.
      UpdateExpression:
        'SET #name = if_not_exists(#name, :name), created_at = if_not_exists(created_at, :at), ' +
        `#timestamp = if_not_exists(#timestamp, :at), #status = :status${of ? ', merged_into = :of' : ''} ` +
        'ADD external_ids :ids',
      ExpressionAttributeNames: { '#name': 'name', '#timestamp': 'timestamp', '#status': 'status' },
      ExpressionAttributeValues: {
        ':name': one.name,
        ':at': at,
        ':status': status,
        ':ids': new Set([one.externalId]),
        ...(of && { ':of': of }),
      },
    }),
  );
}

/** Holds the face, so that nothing but forgetting removes it. */
const IMPORTED = 'import';

function rowOf(face: Face, people: ReadonlyMap<string, PersonId>, timestamp: string): EnrolledFaceRecord[] {
  const {
    FaceId: face_id,
    ExternalImageId: external_id = '',
    Confidence,
    BoundingBox: box,
    IndexFacesModelVersion,
  } = face;
  const person_id = people.get(external_id);
  if (person_id === undefined || face_id === undefined) return [];
  return [
    {
      person_id,
      record: importedFaceRecordOf(face_id),
      held_by: new Set([IMPORTED]),
      face_id,
      external_id,
      confidence: percent(Confidence),
      bounding_box: boxOf(box),
      model_version: IndexFacesModelVersion ?? 'unknown',
      timestamp,
    },
  ];
}

const share = (value = 0) => Math.min(1, Math.max(0, value));

const boxOf = ({ Left, Top, Width, Height }: NonNullable<Face['BoundingBox']> = {}): BoundingBox => ({
  left: share(Left),
  top: share(Top),
  width: share(Width),
  height: share(Height),
});

async function* pages({ connection, deployment }: Target): AsyncGenerator<readonly Face[]> {
  const client = new RekognitionClient(connection);
  const input = { CollectionId: deployment.collection, MaxResults: PAGE };
  for await (const { Faces = [] } of paginateListFaces({ client }, input)) yield Faces;
}
