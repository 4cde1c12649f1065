import type { S3Client } from '@aws-sdk/client-s3';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { UnknownFace } from '../schemas/decisions.ts';
import type { FaceReason } from '../schemas/faces.ts';
import { unknownFacesKeyOf } from '../schemas/keys.ts';
import { searchedAgain } from '../schemas/re-recognition.ts';
import { FaceRecord } from '../schemas/records.ts';
import { INDEX_RANGE_KEY, indexKey } from '../schemas/tables.ts';
import type { Input, Output } from '../schemas/tasks.ts';
import { s3Client } from './runtime/clients.ts';
import { defineTask, parse } from './runtime/define-task.ts';
import { dynamoDbClient } from './runtime/dynamodb-client.ts';
import { env } from './runtime/environment.ts';
import { writeJson } from './storage/objects.ts';
import { eachRow } from './storage/queries.ts';

interface Services {
  readonly s3: S3Client;
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly resultsTable: string;
}

/** One execution searches so many. 25 of them take up to 32 events of its history, which holds 25,000. */
const MAX_FACES = 15_000;

/** A search cannot change these: somebody was forgotten, or the person is in the photo already. */
const SETTLED: ReadonlySet<FaceReason> = new Set(['PERSON_FORGOTTEN', 'FACE_EXPIRED', 'PERSON_ALREADY_IN_PHOTO']);

const isSettled = ({ reason, status, source }: FaceRecord) =>
  SETTLED.has(reason) || (status !== 'UNKNOWN' && source === 'manual');

/**
 * Lists the faces that nobody is named for, the oldest photos first, and, unless only they are wanted, then those that a
 * search has named. What was decided by hand is left out.
 */
export async function run(
  { bucket, batch, since, unknown_only }: Input<'find-unknown'>,
  { s3, dynamoDb, resultsTable }: Services,
): Promise<Output<'find-unknown'>> {
  const faces: UnknownFace[] = [];
  for (const status of searchedAgain(unknown_only)) {
    const query = {
      TableName: resultsTable,
      IndexName: 'by-status',
      KeyConditionExpression: '#status = :status AND #timestamp >= :since',
      ExpressionAttributeNames: { '#status': indexKey('results', 'by-status'), '#timestamp': INDEX_RANGE_KEY },
      ExpressionAttributeValues: { ':status': status, ':since': since },
    };
    for await (const row of eachRow(dynamoDb, query)) {
      if (faces.length === MAX_FACES) break;
      const face = parse(FaceRecord, row, 'record of a face');
      const { image_id, face_index, etag, crop_key, bounding_box, person_id } = face;
      if (crop_key === undefined || isSettled(face)) continue;
      faces.push({ image_id, face_index, etag, crop_key, bounding_box, ...(person_id && { person_id }) });
    }
  }
  await writeJson(s3, { bucket, key: unknownFacesKeyOf(batch) }, faces);
  return { next: 0, more: faces.length > 0, slots: [], found: false, file: '' };
}

export const handler = defineTask({
  name: 'find-unknown',
  services: () => ({ s3: s3Client(), dynamoDb: dynamoDbClient(), resultsTable: env('RESULTS_TABLE') }),
  run,
  describe: ({ batch }, output) => ({ batch, more: output?.more }),
});
