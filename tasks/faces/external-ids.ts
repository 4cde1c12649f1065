import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { PersonId } from '../../schemas/faces.ts';
import { nameOfExternalId, personIdOf } from '../../schemas/keys.ts';
import { PersonRecord } from '../../schemas/records.ts';
import { parse } from '../runtime/define-task.ts';
import { readRow } from '../storage/conditional-updates.ts';
import { personRow } from '../storage/people.ts';

export interface ExternalIdReader {
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly peopleTable: string;
}

/**
 * Whom Rekognition's ExternalImageId means: the id itself, or the person who was imported under it. Undefined for what
 * other software has enrolled and nobody has imported. The id follows from the name, so no further row is needed, and
 * who was forgotten is not found any more.
 */
export async function personOfExternalId(
  people: ExternalIdReader,
  externalId: string | undefined,
): Promise<PersonId | undefined> {
  if (externalId === undefined) return undefined;
  const own = PersonId.safeParse(externalId);
  if (own.success) return own.data;
  const name = nameOfExternalId(externalId);
  if (name === undefined) return undefined;
  const id = personIdOf(name);
  const row = await readRow(people.dynamoDb, personRow(people, id));
  const { external_ids } = row ? parse(PersonRecord, row, `record of person ${id}`) : {};
  return external_ids?.has(externalId) ? id : undefined;
}
