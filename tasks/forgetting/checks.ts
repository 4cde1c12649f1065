import { ListFacesCommand, ListUsersCommand } from '@aws-sdk/client-rekognition';
import type { CheckedKind } from '../../schemas/forgetting.ts';
import { PREFIXES, vectorIdOf } from '../../schemas/keys.ts';
import { EnrolmentStatus, PhotoStatus } from '../../schemas/records.ts';
import { facesIn, readDocuments } from '../grouping/documents.ts';
import { readUnknownFaces } from '../grouping/unknown-faces.ts';
import { listVectors, straysAmong, type UnknownCollection } from '../grouping/vectors.ts';
import type { Clock } from '../pacing/slots.ts';
import { mapConcurrently } from '../runtime/concurrency.ts';
import type { FaceStore } from '../storage/enrolled-faces.ts';
import { readRows } from '../storage/queries.ts';
import { cropKeyOfFace } from './crops.ts';
import { readDeadLetters, type DeadLetterQueues } from './dead-letters.ts';
import { checkExpired } from './expired-check.ts';
import { readByStatus, readPartition } from './index-pages.ts';
import { readPhoto, type PhotoStore } from './photo-without.ts';
import { isAnswer, readVersion } from './stored-json.ts';
import type { Traces } from './traces.ts';
import { turnEnds } from './turn.ts';
import { listVersions, walkFrom } from './versions.ts';

export type CheckServices = PhotoStore &
  FaceStore &
  UnknownCollection &
  DeadLetterQueues &
  Clock & { readonly decisionsTable: string };

/** What one page holds, how much of it tells of the person, and where the next page begins. */
export interface Page {
  readonly looked: number;
  readonly left: number;
  readonly cursor?: string | undefined;
}

export type Check = (services: CheckServices, traces: Traces, cursor: string | undefined) => Promise<Page>;

const CONCURRENCY = 20;
/** ListFaces allows five calls a second in most regions. */
const GAP_MS = 400;

/**
 * Reads back what is left, by other ways than those by which it was removed: whole partitions instead of indexes, and
 * plain text instead of parsed rows and files.
 */
export const CHECKS: readonly (readonly [CheckedKind, Check])[] = [
  ['people_rows', checkPeople],
  ['users', checkUsers],
  ['vectors', checkVectors],
  ['unknown_vectors', checkUnknown],
  ['photos', checkPhotos],
  ['decisions', checkDecisions],
  ['crops', checkCrops],
  ['objects', checkObjects],
  ['dead_letters', checkDeadLetters],
];

/** The same at a later time. */
export const LATER_CHECKS: typeof CHECKS = CHECKS.map(([kind, check]) =>
  kind === 'unknown_vectors' ? [kind, checkForgottenVectors] : [kind, check],
);

/** The same for faces that nobody is named for, of photos uploaded before a time. */
export const expiryChecks = (before: string): typeof CHECKS => [
  ['crops', (services, _, cursor) => checkExpired(services, before, cursor)],
  ['unknown_vectors', checkUnknown],
];

async function checkPeople({ dynamoDb, peopleTable }: CheckServices, traces: Traces, cursor?: string): Promise<Page> {
  const own = await Promise.all(traces.ids.map((id) => readPartition(dynamoDb, peopleTable, 'person_id', id)));
  const walk = { dynamoDb, tableName: peopleTable, values: [...EnrolmentStatus.options, 'KNOWN', 'ALIAS'] };
  const { rows, cursor: next } = await readByStatus(walk, cursor);
  const naming = rows.filter((row) => traces.in(JSON.stringify(row)));
  return { looked: rows.length, left: own.flat().length + naming.length, cursor: next };
}

async function checkUsers(services: CheckServices, traces: Traces, NextToken?: string): Promise<Page> {
  if (NextToken !== undefined) await services.sleep(GAP_MS);
  const { Users = [], NextToken: cursor } = await services.rekognition.send(
    new ListUsersCommand({ CollectionId: services.collectionId, MaxResults: 500, NextToken }),
  );
  return { looked: Users.length, left: Users.filter((user) => traces.in(JSON.stringify(user))).length, cursor };
}

async function checkVectors(services: CheckServices, traces: Traces, NextToken?: string): Promise<Page> {
  if (NextToken !== undefined) await services.sleep(GAP_MS);
  const { Faces = [], NextToken: cursor } = await services.rekognition.send(
    new ListFacesCommand({ CollectionId: services.collectionId, MaxResults: 4096, NextToken }),
  );
  return { looked: Faces.length, left: Faces.filter((face) => traces.in(JSON.stringify(face))).length, cursor };
}

/** Of the unknown faces, nothing says whose they are. So nothing may be left of a face that is not unknown any more. */
async function checkUnknown(services: CheckServices, _: Traces, from?: string): Promise<Page> {
  const { vectors, cursor } = await listVectors(services, from, turnEnds(services));
  const documents = await readDocuments(services);
  const { versions } = await listVersions(services.s3, services.bucket, PREFIXES.groups);
  const faces = new Set((await readUnknownFaces(services)).keys());
  const strays = straysAmong(vectors, faces).length;
  if (cursor !== undefined) return { looked: vectors.length, left: strays, cursor };
  const told = [...facesIn(documents)].filter((face) => !faces.has(face));
  const older = versions.filter(({ latest }) => !latest);
  return { looked: vectors.length, left: strays + told.length + older.length };
}

async function checkPhotos({ dynamoDb, resultsTable }: CheckServices, traces: Traces, cursor?: string): Promise<Page> {
  return eachPhoto({ dynamoDb, resultsTable }, cursor, async ({ image_id }) => {
    const rows = await readPartition(dynamoDb, resultsTable, 'image_id', String(image_id));
    return { looked: 1, left: rows.filter((row) => traces.in(JSON.stringify(row))).length };
  });
}

/** What was decided about each photo. The index by person has what was decided about photos that are gone. */
async function checkDecisions(services: CheckServices, traces: Traces, cursor?: string): Promise<Page> {
  const { dynamoDb, decisionsTable: TableName } = services;
  const own = await Promise.all(
    (cursor === undefined ? traces.ids : []).map((id) =>
      readRows(dynamoDb, {
        TableName,
        IndexName: 'by-person',
        KeyConditionExpression: 'person_id = :id',
        ExpressionAttributeValues: { ':id': id },
      }),
    ),
  );
  const page = await eachPhoto(services, cursor, async ({ sha256 }) => {
    const entries = typeof sha256 === 'string' ? await readPartition(dynamoDb, TableName, 'photo', sha256) : [];
    return { looked: entries.length, left: entries.filter((entry) => traces.in(JSON.stringify(entry))).length };
  });
  return { ...page, left: page.left + own.flat().length };
}

/** Crops do not say whom they show. There is none of a face that was taken for somebody who was forgotten. */
async function checkCrops(services: CheckServices, _: Traces, cursor?: string): Promise<Page> {
  const page = await forgottenFaces(services, cursor);
  const left = await mapConcurrently(page.crops, CONCURRENCY, async (key) => {
    const { versions } = await listVersions(services.s3, services.bucket, key);
    return versions.length;
  });
  return { looked: page.crops.length, left: sum(left), cursor: page.cursor };
}

/** At a later time, vectors of faces that were named since may be left until the next grouping: only these are sought. */
async function checkForgottenVectors(services: CheckServices, _: Traces, from?: string): Promise<Page> {
  const { vectors, cursor } = await listVectors(services, from, turnEnds(services));
  const forgotten = new Set<string>();
  let at: string | undefined;
  do {
    const page = await forgottenFaces(services, at);
    for (const key of page.crops) forgotten.add(vectorIdOf(key));
    at = page.cursor;
  } while (at !== undefined);
  return { looked: vectors.length, left: vectors.filter(({ id }) => forgotten.has(id)).length, cursor };
}

/** Where the crops would be of faces that were taken for somebody who was forgotten. */
async function forgottenFaces(
  services: CheckServices,
  cursor: string | undefined,
): Promise<{ crops: string[]; cursor?: string }> {
  const { dynamoDb, resultsTable: tableName } = services;
  const page = await readByStatus({ dynamoDb, tableName, values: ['UNKNOWN'] }, cursor);
  const forgotten = page.rows.filter(({ reason }) => reason === 'PERSON_FORGOTTEN');
  const crops = await mapConcurrently(forgotten, CONCURRENCY, async ({ image_id, record }) => {
    const { photo, faces } = await readPhoto(services, String(image_id));
    const face = faces.find((one) => one.record === record && one.reason === 'PERSON_FORGOTTEN');
    return photo && face ? (cropKeyOfFace(photo, face) ?? []) : [];
  });
  return { crops: crops.flat(), ...(page.cursor === undefined ? {} : { cursor: page.cursor }) };
}

async function checkObjects(services: CheckServices, traces: Traces, cursor?: string): Promise<Page> {
  const walk = walkFrom([PREFIXES.enroll, PREFIXES.work, PREFIXES.processed], cursor);
  const { versions, next } = await listVersions(services.s3, services.bucket, walk.prefix, walk.start);
  walk.advance(next);
  const left = await mapConcurrently(versions, CONCURRENCY, async (version) => {
    if (traces.inKey(version.key)) return 1;
    if (version.marker || !isAnswer(version.key)) return 0;
    return Number(traces.in((await readVersion(services, version))?.text ?? ''));
  });
  return { looked: versions.length, left: sum(left), cursor: walk.cursor };
}

/** What one turn has read stays hidden from the next, which goes on where it ended. */
async function checkDeadLetters(services: CheckServices, traces: Traces): Promise<Page> {
  let [looked, left] = [0, 0];
  const look = (body: string) => {
    looked += 1;
    if (traces.inEvent(body)) left += 1;
    return false;
  };
  const whole = await readDeadLetters(services, look, turnEnds(services));
  return { looked, left, cursor: whole ? undefined : 'more' };
}

type Row = Readonly<Record<string, unknown>>;

/** A page of photos, and what looking at each of them gives together. */
async function eachPhoto(
  { dynamoDb, resultsTable: tableName }: Pick<CheckServices, 'dynamoDb' | 'resultsTable'>,
  cursor: string | undefined,
  look: (photo: Row) => Promise<Page>,
): Promise<Page> {
  const page = await readByStatus({ dynamoDb, tableName, values: PhotoStatus.options }, cursor);
  const photos = page.rows.filter(({ record }) => record === 'photo');
  const found = await mapConcurrently(photos, CONCURRENCY, look);
  return {
    looked: sum(found.map(({ looked }) => looked)),
    left: sum(found.map(({ left }) => left)),
    cursor: page.cursor,
  };
}

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
