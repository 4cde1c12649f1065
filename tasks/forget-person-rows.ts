import { DeleteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { sharedDetectionKeyOf } from '../schemas/keys.ts';
import type { Input, Output } from '../schemas/tasks.ts';
import { readPartition } from './forgetting/index-pages.ts';
import { Tally, turnEnds, type Clock } from './forgetting/turn.ts';
import { removeAllVersions, type VersionedStore } from './forgetting/versions.ts';
import { s3Client } from './runtime/clients.ts';
import { defineTask } from './runtime/define-task.ts';
import { dynamoDbClient } from './runtime/dynamodb-client.ts';
import { env } from './runtime/environment.ts';

interface Services extends VersionedStore, Clock {
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly peopleTable: string;
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

const isName = ({ record }: Row) => Number(record === 'person' || record === 'alias');
const namesLast = (a: Row, b: Row) => isName(a) - isName(b);

export const handler = defineTask({
  name: 'forget-person-rows',
  services: () => ({
    s3: s3Client(),
    bucket: env('BUCKET'),
    dynamoDb: dynamoDbClient(),
    peopleTable: env('PEOPLE_TABLE'),
    now: () => new Date(),
  }),
  run,
  describe: ({ forgetting, progress }, output) => ({
    receipt: forgetting.receipt_id,
    round: progress.round,
    people_rows: output?.removed.people_rows,
  }),
});
