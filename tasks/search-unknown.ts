import type { S3Client } from '@aws-sdk/client-s3';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { UnknownFaces, type Batch, type NewDecision, type UnknownFace } from '../schemas/decisions.ts';
import { FaceSearch } from '../schemas/faces.ts';
import { batchKeyOf, unknownFacesKeyOf, unknownSearchKeyOf } from '../schemas/keys.ts';
import type { Slot } from '../schemas/pacing.ts';
import { PhotoRecord } from '../schemas/records.ts';
import type { Input, Output } from '../schemas/tasks.ts';
import { proposed } from './decisions/outcome.ts';
import { readPeople, type PeopleById } from './decisions/people.ts';
import { searchCrop, type Collection } from './faces/search.ts';
import { boxInCrop } from './images/padding.ts';
import type { Reservations } from './pacing/meter.ts';
import { clock, meterOf } from './pacing/services.ts';
import { arriveAt, slotsOfTurn, waitFor, type Clock } from './pacing/slots.ts';
import { rekognitionClient, s3Client } from './runtime/clients.ts';
import { mapConcurrently } from './runtime/concurrency.ts';
import { defineTask, parse } from './runtime/define-task.ts';
import { dynamoDbClient } from './runtime/dynamodb-client.ts';
import { env } from './runtime/environment.ts';
import { TaskError } from './runtime/errors.ts';
import { readRow } from './storage/conditional-updates.ts';
import { readJson, writeJson } from './storage/objects.ts';
import { photoRow } from './storage/result-rows.ts';

interface Services extends Collection, Clock {
  readonly s3: S3Client;
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly resultsTable: string;
  readonly searchMeter: Reservations;
}

/** Faces of one invocation: half a minute of slots where a quota allows one search a second. */
const FACES = 25;
const CONCURRENCY = 10;

/**
 * Searches some of the listed faces again, each with one paid call, and writes a batch of decisions for those that
 * match somebody. If the slots of the calls are more than a moment ahead, it only reserves them and says until when to
 * wait.
 */
export async function run(input: Input<'search-unknown'>, services: Services): Promise<Output<'search-unknown'>> {
  const { bucket, batch, from } = input;
  const key = unknownFacesKeyOf(batch);
  const faces = await readJson(services.s3, { bucket, key }, UnknownFaces);
  if (!faces) throw new TaskError('DecisionsInvalid', `There is no ${key}. It may have expired: start again.`);
  const now = faces.slice(from, from + FACES).map((face, at) => ({ face, position: from + at }));
  const answers = new Map<number, FaceSearch | undefined>();
  await mapConcurrently(now, CONCURRENCY, async ({ position }) => {
    const kept = await readJson(services.s3, { bucket, key: unknownSearchKeyOf(batch, position) }, FaceSearch);
    answers.set(position, kept);
  });
  const open = now.filter(({ position }) => answers.get(position) === undefined);
  const slots = await slotsOfTurn(open.length, input.slots, { meter: services.searchMeter, now: services.now });
  const wait = slots[0] === undefined ? {} : waitFor(slots[0], services);
  const nothing = { found: false, file: '' };
  if (wait.wait_until !== undefined) return { next: from, more: true, slots, ...wait, ...nothing };
  await mapConcurrently([...open.entries()], CONCURRENCY, async ([at, { face, position }]) => {
    answers.set(position, await search(face, { bucket, batch, position, slot: slots[at]! }, services));
  });
  const found = [...answers.values()].flatMap((answer) => [answer?.best?.person_id, answer?.runner_up?.person_id]);
  const ids = found.filter((id) => id !== undefined);
  const people = await readPeople(services.dynamoDb, services.peopleTable, ids);
  const decisions = now.flatMap(({ face, position }) => decisionOf(face, answers.get(position), { ...input, people }));
  const next = from + now.length;
  const progress = { next, more: next < faces.length, slots: [] };
  if (decisions.length === 0) return { ...progress, ...nothing };
  const file = `${batch}-${from}`;
  const { by, timestamp } = input;
  const body: Batch = { batch, by, timestamp, people: [], first: from, decisions };
  await writeJson(services.s3, { bucket, key: batchKeyOf(file) }, body);
  return { ...progress, found: true, file };
}

interface Call {
  readonly bucket: string;
  readonly batch: string;
  readonly position: number;
  readonly slot: Slot;
}

/** Undefined if the photo was replaced since. */
async function search(
  { image_id, etag, crop_key, bounding_box }: UnknownFace,
  { bucket, batch, position, slot }: Call,
  services: Services,
): Promise<FaceSearch | undefined> {
  const row = await readRow(services.dynamoDb, photoRow(services.resultsTable, image_id));
  const photo = row && parse(PhotoRecord, row, `record of ${image_id}`);
  if (photo?.etag !== etag || photo.width === undefined || photo.height === undefined) return undefined;
  const face = boxInCrop(bounding_box, { width: photo.width, height: photo.height });
  await arriveAt(slot, services);
  const answer = await searchCrop(services, { bucket, key: crop_key, face });
  await writeJson(services.s3, { bucket, key: unknownSearchKeyOf(batch, position) }, answer);
  return answer;
}

function decisionOf(
  { image_id, etag, bounding_box, person_id: before }: UnknownFace,
  answer: FaceSearch | undefined,
  { person_id: only, people }: Input<'search-unknown'> & { readonly people: PeopleById },
): NewDecision[] {
  const named = answer && proposed(answer, people);
  if (named?.status !== 'MATCHED' || named.person_id === before || !answer?.best) return [];
  if (only !== null && named.person_id !== only) return [];
  // The id that was found: whom it was merged into can be taken back.
  return [{ kind: 'PERSON', image_id, etag, bounding_box, source: 'propagated', ...answer.best }];
}

export const handler = defineTask({
  name: 'search-unknown',
  services: () => {
    const dynamoDb = dynamoDbClient();
    return {
      s3: s3Client(),
      dynamoDb,
      rekognition: rekognitionClient(),
      searchMeter: meterOf('SearchFacesByImage', dynamoDb),
      resultsTable: env('RESULTS_TABLE'),
      peopleTable: env('PEOPLE_TABLE'),
      collectionId: env('COLLECTION_ID'),
      threshold: env('FACE_MATCH_THRESHOLD'),
      searchBy: env('SEARCH_BY'),
      ...clock(),
    };
  },
  run,
  describe: ({ batch, from }, output) => ({ batch, from, next: output?.next, found: output?.found }),
});
