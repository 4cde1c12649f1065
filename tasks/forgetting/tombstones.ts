import { DeleteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { FaceSearch, PersonId } from '../../schemas/faces.ts';
import { tombstoneIdOf } from '../../schemas/keys.ts';
import type { UploadedObject } from '../../schemas/payloads.ts';
import { Tombstone } from '../../schemas/records.ts';
import { parse } from '../runtime/define-task.ts';
import { EnrolmentError } from '../runtime/errors.ts';
import { attributeNamesIn, conditionHeld, readRow, type RowAddress } from '../storage/conditional-updates.ts';
import { eachRow } from '../storage/queries.ts';
import { searchWithout } from './without-people.ts';

// A tombstone is written before anything is removed. So whoever writes about a person and looks for the tombstone after
// that either sees it, or has written early enough for the removal to find. docs/decisions/017-forgetting.md

export interface TombstoneReader {
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly peopleTable: string;
}

export const tombstoneRow = (tableName: string, id: PersonId): RowAddress => ({
  tableName,
  key: { person_id: tombstoneIdOf(id), record: 'tombstone' },
});

export const FORGOTTEN = 'FORGOTTEN' satisfies Tombstone['status'];

export async function readTombstone(
  dynamoDb: DynamoDBDocumentClient,
  peopleTable: string,
  id: PersonId,
): Promise<Tombstone | undefined> {
  const row = await readRow(dynamoDb, tombstoneRow(peopleTable, id));
  return row && parse(Tombstone, row, 'tombstone');
}

/** Every tombstone, as the index by-status lists them. */
export async function* eachTombstone(dynamoDb: DynamoDBDocumentClient, peopleTable: string): AsyncGenerator<Tombstone> {
  const query = {
    TableName: peopleTable,
    IndexName: 'by-status',
    KeyConditionExpression: '#status = :status',
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: { ':status': FORGOTTEN },
  };
  for await (const row of eachRow(dynamoDb, query)) yield parse(Tombstone, row, 'tombstone');
}

/**
 * Whether what was uploaded at this time must not bring the person back: until the end of the forgetting, searches can
 * still have found them. Later uploads are about a new person of the same name.
 */
export async function isForgotten(
  { dynamoDb, peopleTable }: TombstoneReader,
  id: PersonId,
  uploaded: string,
): Promise<boolean> {
  const tombstone = await readTombstone(dynamoDb, peopleTable, id);
  if (!tombstone) return false;
  const { ended_at } = tombstone;
  return ended_at === undefined || Date.parse(uploaded) <= Date.parse(ended_at);
}

/** Leaves those out of an answer who were forgotten since. */
export async function withoutForgotten(
  reader: TombstoneReader,
  search: FaceSearch,
  uploaded: string,
): Promise<FaceSearch> {
  const named = [search.best, search.runner_up].flatMap((candidate) => candidate?.person_id ?? []);
  const forgotten = await Promise.all([...new Set(named)].map((id) => isForgotten(reader, id, uploaded)));
  return searchWithout(search, new Set(named.filter((_, at) => forgotten[at])));
}

/** Removes the enrolment's row, which was just claimed, and throws, if the person was forgotten. */
export async function refuseForgotten(
  reader: TombstoneReader,
  { id, row, object }: { readonly id: PersonId; readonly row: RowAddress; readonly object: UploadedObject },
): Promise<void> {
  if (!(await isForgotten(reader, id, object.timestamp))) return;
  await deleteIf(reader.dynamoDb, row, { execution_arn: object.execution_arn });
  throw personForgotten();
}

export const personForgotten = () =>
  new EnrolmentError(
    'PersonForgotten',
    'The person was forgotten after this photo was uploaded. Upload it again to enrol a new person.',
  );

/** Deletes a row whose attributes still have these values. */
export function deleteIf(dynamoDb: DynamoDBDocumentClient, row: RowAddress, still: Record<string, string>) {
  const condition = Object.keys(still)
    .map((name) => `#${name} = :${name}`)
    .join(' AND ');
  return conditionHeld(
    dynamoDb.send(
      new DeleteCommand({
        TableName: row.tableName,
        Key: row.key,
        ConditionExpression: condition,
        ExpressionAttributeNames: attributeNamesIn(condition),
        ExpressionAttributeValues: Object.fromEntries(
          Object.entries(still).map(([name, value]) => [`:${name}`, value]),
        ),
      }),
    ),
  );
}
