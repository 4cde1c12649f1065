import { ListFacesCommand } from '@aws-sdk/client-rekognition';
import * as z from 'zod';
import type { CheckedKind } from '../schemas/forgetting.ts';
import { PREFIXES } from '../schemas/keys.ts';
import { EnrolmentStatus, PhotoStatus } from '../schemas/records.ts';
import type { Input, Output } from '../schemas/tasks.ts';
import { readByStatus, readPartition } from './forgetting/index-pages.ts';
import { enrols } from './forgetting/people.ts';
import type { PhotoStore } from './forgetting/photo-without.ts';
import { nextRound } from './forgetting/rounds.ts';
import { isAnswer, readVersion } from './forgetting/stored-json.ts';
import { turnEnds } from './forgetting/turn.ts';
import { listVersions, walkFrom } from './forgetting/versions.ts';
import { mentions } from './forgetting/without-people.ts';
import { clock } from './pacing/services.ts';
import type { Clock } from './pacing/slots.ts';
import { s3Client } from './runtime/clients.ts';
import { mapConcurrently } from './runtime/concurrency.ts';
import { defineTask } from './runtime/define-task.ts';
import { env } from './runtime/environment.ts';
import { faceStore, type FaceStore } from './storage/enrolled-faces.ts';

type Services = PhotoStore & FaceStore & Clock;

/** What one page holds, how much of it names the person, and where the next page begins. */
interface Page {
  readonly looked: number;
  readonly left: number;
  readonly cursor?: string | undefined;
}

type Check = (services: Services, ids: readonly string[], cursor: string | undefined) => Promise<Page>;

const CONCURRENCY = 20;
/** ListFaces allows five calls a second in most regions. */
const GAP_MS = 400;

/**
 * Reads back what is left, by other ways than those by which it was removed: whole partitions instead of the index of
 * faces, and plain text instead of parsed rows and files.
 */
const CHECKS: readonly (readonly [CheckedKind, Check])[] = [
  ['people_rows', checkPeople],
  ['vectors', checkVectors],
  ['photos', checkPhotos],
  ['objects', checkObjects],
];

const Place = z.strictObject({ check: z.int().min(0).max(CHECKS.length), at: z.string().optional() });

export async function run(
  { forgetting, progress }: Input<'verify-forgotten'>,
  services: Services,
): Promise<Output<'verify-forgotten'>> {
  const late = turnEnds(services);
  const checked = { ...progress.checked };
  let { left } = progress;
  let place: z.infer<typeof Place> =
    progress.cursor === undefined ? { check: 0 } : Place.parse(JSON.parse(progress.cursor));
  do {
    const [kind, check] = CHECKS[place.check]!;
    const page = await check(services, forgetting.ids, place.at);
    checked[kind] = (checked[kind] ?? 0) + page.looked;
    left += page.left;
    place = page.cursor === undefined ? { check: place.check + 1 } : { check: place.check, at: page.cursor };
  } while (place.check < CHECKS.length && !late());
  const { round, removed } = progress;
  const next = { round, removed, checked, left };
  return place.check < CHECKS.length
    ? { ...next, cursor: JSON.stringify(place) }
    : nextRound(forgetting, next, services.now());
}

async function checkPeople(
  { dynamoDb, peopleTable }: Services,
  ids: readonly string[],
  cursor?: string,
): Promise<Page> {
  const own = await Promise.all(ids.map((id) => readPartition(dynamoDb, peopleTable, 'person_id', id)));
  const walk = { dynamoDb, tableName: peopleTable, values: [...EnrolmentStatus.options, 'KNOWN', 'ALIAS'] };
  const { rows, cursor: next } = await readByStatus(walk, cursor);
  const mentioning = rows.filter((row) => mentions(JSON.stringify(row), ids));
  return { looked: rows.length, left: own.flat().length + mentioning.length, cursor: next };
}

async function checkVectors(services: Services, ids: readonly string[], NextToken?: string): Promise<Page> {
  if (NextToken !== undefined) await services.sleep(GAP_MS);
  const { Faces = [], NextToken: cursor } = await services.rekognition.send(
    new ListFacesCommand({ CollectionId: services.collectionId, MaxResults: 4096, NextToken }),
  );
  return { looked: Faces.length, left: Faces.filter((face) => mentions(JSON.stringify(face), ids)).length, cursor };
}

async function checkPhotos(
  { dynamoDb, resultsTable }: Services,
  ids: readonly string[],
  cursor?: string,
): Promise<Page> {
  const walk = { dynamoDb, tableName: resultsTable, values: PhotoStatus.options };
  const page = await readByStatus(walk, cursor);
  const photos = page.rows.filter(({ record }) => record === 'photo');
  const left = await mapConcurrently(photos, CONCURRENCY, async ({ image_id }) => {
    const rows = await readPartition(dynamoDb, resultsTable, 'image_id', String(image_id));
    return rows.filter((row) => mentions(JSON.stringify(row), ids)).length;
  });
  return { looked: photos.length, left: left.reduce((a, b) => a + b, 0), cursor: page.cursor };
}

async function checkObjects(services: Services, ids: readonly string[], cursor?: string): Promise<Page> {
  const people = new Set(ids);
  const walk = walkFrom([PREFIXES.enroll, PREFIXES.work, PREFIXES.processed], cursor);
  const { versions, next } = await listVersions(services.s3, services.bucket, walk.prefix, walk.start);
  walk.advance(next);
  const left = await mapConcurrently(versions, CONCURRENCY, async (version) => {
    if (enrols(version.key, people)) return 1;
    if (version.marker || !isAnswer(version.key)) return 0;
    return Number(mentions((await readVersion(services, version))?.text ?? '', ids));
  });
  return { looked: versions.length, left: left.reduce<number>((a, b) => a + b, 0), cursor: walk.cursor };
}

export const handler = defineTask({
  name: 'verify-forgotten',
  services: () => ({
    s3: s3Client(),
    bucket: env('BUCKET'),
    resultsTable: env('RESULTS_TABLE'),
    ...faceStore(),
    ...clock(),
  }),
  run,
  describe: ({ forgetting, progress }, output) => ({
    receipt: forgetting.receipt_id,
    round: progress.round,
    left: output?.left,
  }),
});
