import type { S3Client } from '@aws-sdk/client-s3';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import type { Batch, Decision } from '../../schemas/decisions.ts';
import type { PersonId } from '../../schemas/faces.ts';
import { batchKeyOf } from '../../schemas/keys.ts';
import { deleteIf, isForgotten } from '../forgetting/tombstones.ts';
import { removeAllVersions } from '../forgetting/versions.ts';
import { personRow } from '../storage/people.ts';
import type { DecisionServices } from './rows.ts';

/** Those whom a batch names although they were forgotten after it was begun. */
export async function forgottenIn(batch: Batch, services: DecisionServices): Promise<PersonId[]> {
  const named = [
    ...batch.people.flatMap(({ person_id, merged_into }) => [person_id, merged_into]),
    ...batch.decisions.map(({ person_id }) => person_id),
  ];
  const people = [...new Set(named)].filter((id) => id !== undefined && id !== null);
  const forgotten = await Promise.all(people.map((id) => isForgotten(services, id, batch.timestamp)));
  return people.filter((_, at) => forgotten[at]);
}

/** Removes what a batch has written of people who were forgotten meanwhile, and the batch itself, which names them. */
export async function takeBack(
  { file, batch, entries, bucket }: { file: string; batch: Batch; entries: readonly Decision[]; bucket: string },
  people: readonly PersonId[],
  { s3, dynamoDb, decisionsTable, peopleTable }: DecisionServices & { readonly s3: S3Client },
): Promise<void> {
  for (const { photo, entry, person_id } of entries) {
    if (person_id === undefined || !people.includes(person_id)) continue;
    await dynamoDb.send(new DeleteCommand({ TableName: decisionsTable, Key: { photo, entry } }));
  }
  // The row of somebody whom this batch created.
  for (const id of people) await deleteIf(dynamoDb, personRow({ peopleTable }, id), { created_at: batch.timestamp });
  await removeAllVersions(s3, bucket, batchKeyOf(file));
}
