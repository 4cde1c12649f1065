import type { S3Client } from '@aws-sdk/client-s3';
import { PutCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { FaceSearch } from '../schemas/faces.ts';
import { FaceRecord } from '../schemas/records.ts';
import type { Input, Output } from '../schemas/tasks.ts';
import { proposed } from './decisions/outcome.ts';
import { readPeople } from './decisions/people.ts';
import { withoutForgotten } from './forgetting/tombstones.ts';
import { removeAllVersions } from './forgetting/versions.ts';
import { s3Client } from './runtime/clients.ts';
import { defineTask, parse } from './runtime/define-task.ts';
import { dynamoDbClient } from './runtime/dynamodb-client.ts';
import { env } from './runtime/environment.ts';
import { SlotError } from './runtime/errors.ts';
import { attributeNamesIn, readRow, conditionHeld } from './storage/conditional-updates.ts';
import { removeObject } from './storage/objects.ts';
import { faceRow } from './storage/result-rows.ts';

interface Services {
  readonly s3: S3Client;
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly resultsTable: string;
  readonly peopleTable: string;
}

/**
 * Writes one face under a deterministic key, which replaces the row of an older version or of an earlier attempt. The
 * crop of the older version is removed, because no row refers to it any more: before its row is replaced, or when it
 * comes too late. A search that was postponed has no answer yet: the machine goes back to wait for its slot.
 */
export async function run(input: Input<'persist-face'>, services: Services): Promise<Output<'persist-face'>> {
  const { photo, face, search } = input;
  if ('search_at' in search) {
    throw new SlotError('SlotMissed', `The search of face ${face.index} is postponed until ${search.wait_until}.`);
  }
  const [record, row] = await Promise.all([recordOf(input, search, services), rowOf(input, services)]);
  const remove = (crop: string) => removeObject(services.s3, photo.bucket, crop);
  const shared = row?.crop_key === face.crop_key;
  if (row?.crop_key !== undefined && !shared && row.sequencer < photo.sequencer) await remove(row.crop_key);
  // Nothing may be left of somebody who was forgotten meanwhile.
  if (record.crop_key === undefined) await removeAllVersions(services.s3, photo.bucket, face.crop_key);
  const written = await put(record, services);
  if (!written && !shared) await remove(face.crop_key);
  return { index: face.index, written };
}

async function rowOf({ photo, face }: Input<'persist-face'>, services: Services): Promise<FaceRecord | undefined> {
  const row = await readRow(services.dynamoDb, faceRow(services.resultsTable, photo.image_id, face.index));
  return row && parse(FaceRecord, row, `record of face ${face.index}`);
}

function put(record: FaceRecord, { dynamoDb, resultsTable }: Services): Promise<boolean> {
  // Until write-processed has looked at all faces, what was decided by hand for this version stays.
  const condition =
    'attribute_not_exists(#sequencer) OR #sequencer < :sequencer OR (#sequencer = :sequencer AND #source <> :manual)';
  return conditionHeld(
    dynamoDb.send(
      new PutCommand({
        TableName: resultsTable,
        Item: record,
        ConditionExpression: condition,
        ExpressionAttributeNames: attributeNamesIn(condition),
        ExpressionAttributeValues: { ':sequencer': record.sequencer, ':manual': 'manual' },
      }),
    ),
  );
}

async function recordOf(
  { photo, face }: Input<'persist-face'>,
  search: FaceSearch,
  services: Services,
): Promise<FaceRecord> {
  const { key } = faceRow(services.resultsTable, photo.image_id, face.index);
  const candidates = [search.best, search.runner_up].flatMap((candidate) => candidate?.person_id ?? []);
  const [current, people] = await Promise.all([
    withoutForgotten(services, search, photo.timestamp),
    readPeople(services.dynamoDb, services.peopleTable, candidates),
  ]);
  const { reason, model_version } = current;
  const record = {
    ...key,
    face_index: face.index,
    timestamp: photo.timestamp,
    sequencer: photo.sequencer,
    etag: photo.etag,
    execution_arn: photo.execution_arn,
    confidence: face.confidence,
    bounding_box: face.bounding_box,
    emotions: face.emotions,
    ...(reason === 'PERSON_FORGOTTEN' ? {} : { crop_key: face.crop_key }),
    ...(model_version === undefined ? {} : { model_version }),
    proposal: current,
    ...proposed(current, people),
  };
  return parse(FaceRecord, record, `record of face ${face.index}`);
}

export const handler = defineTask({
  name: 'persist-face',
  services: () => ({
    s3: s3Client(),
    dynamoDb: dynamoDbClient(),
    resultsTable: env('RESULTS_TABLE'),
    peopleTable: env('PEOPLE_TABLE'),
  }),
  run,
  describe: ({ photo, face }, output) => ({
    execution: photo.execution_arn,
    work: photo.work_prefix,
    face: face.index,
    written: output?.written,
  }),
});
