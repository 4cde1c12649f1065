import type { S3Client } from '@aws-sdk/client-s3';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { personOfKey } from '../schemas/keys.ts';
import type { Input, Output } from '../schemas/tasks.ts';
import { s3Client } from './runtime/clients.ts';
import { defineTask } from './runtime/define-task.ts';
import { faceStore, releaseAllFaces, type FaceStore } from './storage/enrolled-faces.ts';
import { enrolmentRow } from './storage/enrolment-row.ts';
import { removeObject } from './storage/objects.ts';

interface Services extends FaceStore {
  readonly s3: S3Client;
}

/** Removes portraits: the object, its face in the collection unless another portrait holds it, and the row last. */
export async function run(
  { bucket, keys, next, more }: Input<'withdraw-portraits'>,
  services: Services,
): Promise<Output<'withdraw-portraits'>> {
  for (const key of keys) {
    const person = personOfKey(key);
    if (!person) continue;
    const { tableName, key: row } = enrolmentRow(services.peopleTable, key);
    await removeObject(services.s3, bucket, key);
    await releaseAllFaces(services, { person_id: person.person_id, record: row['record']! });
    await services.dynamoDb.send(new DeleteCommand({ TableName: tableName, Key: row }));
  }
  return { next, more };
}

export const handler = defineTask({
  name: 'withdraw-portraits',
  services: () => ({ ...faceStore(), s3: s3Client() }),
  run,
  describe: ({ keys }) => ({ portraits: keys.length }),
});
