import type { S3Client } from '@aws-sdk/client-s3';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { Batch, Decision, type NewDecision, type PersonChange } from '../schemas/decisions.ts';
import { affectedPhotosKeyOf, batchKeyOf } from '../schemas/keys.ts';
import { PhotoRecord, type PersonRecord } from '../schemas/records.ts';
import { indexKey } from '../schemas/tables.ts';
import type { Input, Output } from '../schemas/tasks.ts';
import { checkBatch } from './decisions/check-batch.ts';
import { forgottenIn, takeBack } from './decisions/forgotten.ts';
import { decisionServices, type DecisionServices } from './decisions/rows.ts';
import { s3Client } from './runtime/clients.ts';
import { mapConcurrently } from './runtime/concurrency.ts';
import { defineTask, parse } from './runtime/define-task.ts';
import { TaskError } from './runtime/errors.ts';
import {
  attributeNamesIn,
  conditionalUpdate,
  conditionHeld,
  readRow,
  updateConditionally,
} from './storage/conditional-updates.ts';
import { readJson, writeJson } from './storage/objects.ts';
import { personRow } from './storage/people.ts';
import { readRows } from './storage/queries.ts';
import { photoRow } from './storage/result-rows.ts';

type Services = DecisionServices & { readonly s3: S3Client };

const CONCURRENCY = 20;
const KNOWN: PersonRecord['status'] = 'KNOWN';

/**
 * Adds a batch of decisions to the ledger, and lists the photos that they affect. All of them are checked before the
 * first is written. A second attempt writes the same entries again.
 */
export async function run(
  { bucket, batch: id }: Input<'record-decisions'>,
  services: Services,
): Promise<Output<'record-decisions'>> {
  const batch = await readBatch(bucket, id, services);
  await checkBatch(batch, services);
  const entries = await entriesOf(batch, services);
  await mapConcurrently(batch.people, CONCURRENCY, (person) => changePerson(person, batch.timestamp, services));
  await mapConcurrently(entries, CONCURRENCY, (entry) => putEntry(entry, services));
  // After the writes, so that whoever is forgotten meanwhile is seen here, or their removal has seen the writes.
  const forgotten = await forgottenIn(batch, services);
  if (forgotten.length > 0) {
    await takeBack({ file: id, batch, entries, bucket }, forgotten, services);
    throw new TaskError('DecisionsInvalid', `Somebody was forgotten meanwhile whom the decisions name: decide again.`);
  }
  const changed = await mapConcurrently(batch.people, CONCURRENCY, ({ person_id }) => photosOf(person_id, services));
  const affected = [...entries.map(({ image_id }) => image_id), ...changed.flat(), ...(batch.photos ?? [])];
  const photos = [...new Set(affected)];
  await writeJson(services.s3, { bucket, key: affectedPhotosKeyOf(id) }, photos);
  return { decisions: entries.length, photos: photos.length, next: 0, more: photos.length > 0 };
}

async function readBatch(bucket: string, id: string, { s3 }: Services): Promise<Batch> {
  const stored = await readJson(s3, { bucket, key: batchKeyOf(id) }, z.unknown());
  if (stored === undefined) {
    throw new TaskError('DecisionsInvalid', `There is no ${batchKeyOf(id)}. It may have expired: decide again.`);
  }
  const { data, error } = Batch.safeParse(stored);
  if (data) return data;
  throw new TaskError('DecisionsInvalid', `${batchKeyOf(id)} is not as it should be. ${z.prettifyError(error!)}`);
}

async function entriesOf(
  { decisions, batch, by, timestamp, first = 0 }: Batch,
  services: Services,
): Promise<Decision[]> {
  const hashes = new Map<string, string | undefined>();
  const seen = decisions.filter(({ photo }) => photo === undefined);
  await mapConcurrently(
    [...new Map(seen.map((one) => [one.image_id, one])).values()],
    CONCURRENCY,
    async (decision) => {
      hashes.set(decision.image_id, await hashOf(decision, services));
    },
  );
  return decisions.flatMap((decision, index) => {
    const photo = decision.photo ?? hashes.get(decision.image_id);
    // What was found by a search in a photo that is replaced by now concerns nobody.
    if (photo === undefined && decision.source === 'propagated') return [];
    const position = first + index;
    const entry = `${timestamp}#${batch}#${String(position).padStart(6, '0')}`;
    return [parse(Decision, { ...decision, photo, entry, timestamp, by, batch }, `decision ${position}`)];
  });
}

/**
 * The hash of the photo's bytes. If there is no such photo, or no longer with these bytes: undefined where a search
 * decided, and otherwise throws DecisionsInvalid.
 */
async function hashOf(
  { image_id, etag, source }: NewDecision,
  { dynamoDb, resultsTable }: Services,
): Promise<string | undefined> {
  const row = await readRow(dynamoDb, photoRow(resultsTable, image_id));
  const photo = row && parse(PhotoRecord, row, `record of ${image_id}`);
  if (photo?.etag === etag && photo.sha256 !== undefined) return photo.sha256;
  if (source === 'propagated') return undefined;
  if (photo?.sha256 === undefined) {
    throw new TaskError(
      'DecisionsInvalid',
      `${image_id} has no result to decide about. Upload it, or wait until it is processed.`,
    );
  }
  throw new TaskError(
    'DecisionsInvalid',
    `${image_id} was replaced by another picture in the meantime. Look at it again.`,
  );
}

/** The timestamp comes from the batch, so a second attempt changes nothing. */
async function changePerson(
  { person_id, name, new_name, merged_into, threshold }: PersonChange,
  timestamp: string,
  { dynamoDb, peopleTable }: Services,
): Promise<void> {
  const row = personRow({ peopleTable }, person_id);
  if (name !== undefined) {
    const set = { created_at: timestamp, name, status: KNOWN, timestamp };
    await updateConditionally(
      dynamoDb,
      conditionalUpdate(row, { set, condition: 'attribute_not_exists(#created_at)' }),
    );
  }
  const set = { name: new_name, merged_into: merged_into ?? undefined, threshold: threshold ?? undefined };
  const remove = [...(merged_into === null ? ['merged_into'] : []), ...(threshold === null ? ['threshold'] : [])];
  if (Object.values(set).every((value) => value === undefined) && remove.length === 0) return;
  await updateConditionally(
    dynamoDb,
    conditionalUpdate(row, { set, remove, condition: 'attribute_exists(#created_at)' }),
  );
}

function putEntry(entry: Decision, { dynamoDb, decisionsTable }: Services): Promise<boolean> {
  const condition = 'attribute_not_exists(#entry)';
  return conditionHeld(
    dynamoDb.send(
      new PutCommand({
        TableName: decisionsTable,
        Item: entry,
        ConditionExpression: condition,
        ExpressionAttributeNames: attributeNamesIn(condition),
      }),
    ),
  );
}

/** The photos in which somebody is named now. */
async function photosOf(person_id: string, { dynamoDb, resultsTable }: Services): Promise<string[]> {
  const rows = await readRows(dynamoDb, {
    TableName: resultsTable,
    IndexName: 'by-person',
    KeyConditionExpression: '#person = :person',
    ExpressionAttributeNames: { '#person': indexKey('results', 'by-person') },
    ExpressionAttributeValues: { ':person': person_id },
  });
  return rows.map((row) => String(row['image_id']));
}

export const handler = defineTask({
  name: 'record-decisions',
  services: () => ({ s3: s3Client(), ...decisionServices() }),
  run,
  describe: ({ batch }, output) => ({ batch, decisions: output?.decisions, photos: output?.photos }),
});
