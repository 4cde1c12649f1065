import type { S3Client } from '@aws-sdk/client-s3';
import { UpdateCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createHash } from 'node:crypto';
import { Receipt } from '../schemas/forgetting.ts';
import { receiptKeyOf } from '../schemas/keys.ts';
import type { Input, Output } from '../schemas/tasks.ts';
import { tombstoneRow, type TombstoneReader } from './forgetting/tombstones.ts';
import { s3Client } from './runtime/clients.ts';
import { defineTask, parse } from './runtime/define-task.ts';
import { dynamoDbClient } from './runtime/dynamodb-client.ts';
import { env } from './runtime/environment.ts';
import { writeJson } from './storage/objects.ts';

interface Services extends TombstoneReader {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly pipelineVersion: string;
  readonly logRetentionDays: number;
  readonly now: () => Date;
}

/** Step Functions quotas: how long an execution is kept after its end. */
const EXECUTION_DAYS = 90;
/** DynamoDB's point-in-time recovery. */
const BACKUP_DAYS = 35;

const CHECKED_HOW =
  "All rows of the person's ids, all faces of the collection, all rows and decisions of all photos, every version of " +
  'every object under enroll/, work/ and processed/, and all dead letters were read again after the removal, and searched ' +
  'for the ids as text. Of every face that was taken for somebody who is forgotten, no crop was found. All vectors and ' +
  'groups of unknown faces were compared with the faces that are unknown: there are none of other faces.';

const EXPIRED_CHECKED_HOW =
  'All faces that nobody is named for, of photos uploaded before the given time, were read again, with their places of ' +
  'crops and with every version of their JSON: none has a crop, a search answer, emotions or measures. All vectors and ' +
  'groups of unknown faces were compared with the faces that are unknown and have a crop.';

/** Writes what was forgotten, and lets uploads from now on enrol a person of this name again. */
export async function run(
  { forgetting, progress }: Input<'write-receipt'>,
  services: Services,
): Promise<Output<'write-receipt'>> {
  const { dynamoDb, peopleTable, s3, bucket } = services;
  const ended_at = services.now().toISOString();
  const receipt_key = receiptKeyOf(forgetting.receipt_id);
  const receipt = {
    id: forgetting.receipt_id,
    started_at: forgetting.started_at,
    ended_at,
    rounds: progress.round,
    photos_removed: forgetting.photos,
    ...(forgetting.unknown_before === undefined ? {} : { unknown_before: forgetting.unknown_before }),
    removed: progress.removed,
    checked: progress.checked,
    checked_how: forgetting.unknown_before === undefined ? CHECKED_HOW : EXPIRED_CHECKED_HOW,
    remains: remains(services),
    pipeline_version: services.pipelineVersion,
  };
  const sha256 = createHash('sha256').update(JSON.stringify(receipt)).digest('hex');
  await writeJson(s3, { bucket, key: receipt_key }, parse(Receipt, { ...receipt, sha256 }, 'receipt'));
  for (const id of forgetting.ids) {
    const { tableName, key } = tombstoneRow(peopleTable, id);
    await dynamoDb.send(
      new UpdateCommand({
        TableName: tableName,
        Key: key,
        UpdateExpression: 'SET ended_at = :ended_at, receipt_key = :receipt_key',
        ConditionExpression: 'attribute_exists(forgotten_at)',
        ExpressionAttributeValues: { ':ended_at': ended_at, ':receipt_key': receipt_key },
      }),
    );
  }
  return { receipt_key, ids: forgetting.ids };
}

function remains({ now, logRetentionDays }: Services): Receipt['remains'] {
  const inDays = (days: number) => new Date(now().getTime() + days * 86_400_000).toISOString();
  return [
    { what: 'history of executions, by Step Functions: keys, ids, names of enrolments', until: inDays(EXECUTION_DAYS) },
    { what: 'backups of the tables, by point-in-time recovery', until: inDays(BACKUP_DAYS) },
    { what: "the functions' logs: ids, no names", until: inDays(logRetentionDays) },
  ];
}

export const handler = defineTask({
  name: 'write-receipt',
  services: () => ({
    s3: s3Client(),
    bucket: env('BUCKET'),
    dynamoDb: dynamoDbClient(),
    peopleTable: env('PEOPLE_TABLE'),
    pipelineVersion: env('PIPELINE_VERSION'),
    logRetentionDays: env('LOG_RETENTION_DAYS'),
    now: () => new Date(),
  }),
  run,
  describe: ({ forgetting }, output) => ({ receipt: forgetting.receipt_id, key: output?.receipt_key }),
});
