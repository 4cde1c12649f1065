import { DeleteCommand, QueryCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { sharedDetectionKeyOf } from '../schemas/keys.ts';
import type { EnrolmentRecord } from '../schemas/records.ts';
import type { Input, Output } from '../schemas/tasks.ts';
import { readByStatus, readPartition } from './forgetting/index-pages.ts';
import { Tally, turnEnds, type Clock } from './forgetting/turn.ts';
import { removeAllVersions, type VersionedStore } from './forgetting/versions.ts';
import { mentions } from './forgetting/without-people.ts';
import { s3Client } from './runtime/clients.ts';
import { defineTask } from './runtime/define-task.ts';
import { dynamoDbClient } from './runtime/dynamodb-client.ts';
import { env } from './runtime/environment.ts';
import { conditionalUpdate, updateConditionally } from './storage/conditional-updates.ts';

interface Services extends VersionedStore, Clock {
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly peopleTable: string;
  readonly decisionsTable: string;
}

type Row = Readonly<Record<string, unknown>>;

/**
 * Removes the person's own rows, after all that they lead to, and what was detected in the portraits. The row with the
 * name goes last, so that an interrupted forgetting can be started again by name.
 */
export async function run(
  { forgetting, progress }: Input<'forget-person-rows'>,
  services: Services,
): Promise<Output<'forget-person-rows'>> {
  const tally = new Tally(progress);
  const late = turnEnds(services);
  await clearMessages(services, forgetting.ids, tally);
  for (const id of forgetting.ids) await removeDecisions(services, id, tally);
  // The person's first id is the one that others lead to.
  for (const id of forgetting.ids.toReversed()) {
    const rows = await readPartition(services.dynamoDb, services.peopleTable, 'person_id', id);
    for (const row of rows.toSorted(namesLast)) {
      if (late()) return tally.progress(progress, 'more');
      if (typeof row['sha256'] === 'string') {
        const detection = sharedDetectionKeyOf(row['sha256']);
        tally.add('work_files', await removeAllVersions(services.s3, services.bucket, detection));
      }
      const Key = { person_id: id, record: row['record'] };
      await services.dynamoDb.send(new DeleteCommand({ TableName: services.peopleTable, Key }));
      tally.add('people_rows', 1);
    }
  }
  return tally.progress(progress);
}

/** What was decided about the person. Every page is removed before the next is read. */
async function removeDecisions({ dynamoDb, decisionsTable }: Services, id: string, tally: Tally): Promise<void> {
  let from: Record<string, unknown> | undefined;
  do {
    const page = await dynamoDb.send(
      new QueryCommand({
        TableName: decisionsTable,
        IndexName: 'by-person',
        KeyConditionExpression: 'person_id = :id',
        ExpressionAttributeValues: { ':id': id },
        ExclusiveStartKey: from,
      }),
    );
    for (const { photo, entry } of page.Items ?? []) {
      await dynamoDb.send(new DeleteCommand({ TableName: decisionsTable, Key: { photo, entry } }));
      tally.add('decisions', 1);
    }
    from = page.LastEvaluatedKey;
  } while (from);
}

const REFUSED: EnrolmentRecord['status'] = 'REFUSED';

/** A portrait of somebody else that was refused because it looks like the person: its message has the id. */
async function clearMessages({ dynamoDb, peopleTable }: Services, ids: readonly string[], tally: Tally): Promise<void> {
  let cursor: string | undefined;
  do {
    const page = await readByStatus({ dynamoDb, tableName: peopleTable, values: [REFUSED] }, cursor);
    for (const { person_id, record, message } of page.rows) {
      if (typeof message !== 'string' || !mentions(message, ids) || ids.includes(String(person_id))) continue;
      const row = { tableName: peopleTable, key: { person_id: String(person_id), record: String(record) } };
      const update = conditionalUpdate(row, {
        set: { message: 'The face looked like somebody who was forgotten since. Upload the photo again.' },
        condition: '#message = :before',
        values: { before: message },
      });
      if (await updateConditionally(dynamoDb, update)) tally.add('candidates', 1);
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
}

const isName = ({ record }: Row) => Number(record === 'person' || record === 'alias');
const namesLast = (a: Row, b: Row) => isName(a) - isName(b);

export const handler = defineTask({
  name: 'forget-person-rows',
  services: () => ({
    s3: s3Client(),
    bucket: env('BUCKET'),
    dynamoDb: dynamoDbClient(),
    peopleTable: env('PEOPLE_TABLE'),
    decisionsTable: env('DECISIONS_TABLE'),
    now: () => new Date(),
  }),
  run,
  describe: ({ forgetting, progress }, output) => ({
    receipt: forgetting.receipt_id,
    round: progress.round,
    people_rows: output?.removed.people_rows,
  }),
});
