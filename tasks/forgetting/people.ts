import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { PersonId } from '../../schemas/faces.ts';
import { personOfKey, PREFIXES } from '../../schemas/keys.ts';
import { readByStatus, readPartition } from './index-pages.ts';

/** Whether a key enrols one of these people. */
export function enrols(key: string, people: ReadonlySet<string>): boolean {
  const person = key.startsWith(PREFIXES.enroll) ? personOfKey(key) : undefined;
  return person !== undefined && people.has(person.person_id);
}

/** The names under which the person's rows know them, as texts in JSON. Empty once the rows are gone. */
export async function namesInJson(
  { dynamoDb, peopleTable }: { readonly dynamoDb: DynamoDBDocumentClient; readonly peopleTable: string },
  ids: readonly string[],
): Promise<string[]> {
  const names = new Set<string>();
  for (const id of ids) {
    for (const { name } of await readPartition(dynamoDb, peopleTable, 'person_id', id)) {
      if (typeof name === 'string' && name !== '') names.add(JSON.stringify(name));
    }
  }
  return [...names];
}

/** All ids under which the person has rows: their own, those of people merged into them, and those of other names. */
export async function idsOfPerson(
  { dynamoDb, peopleTable }: { readonly dynamoDb: DynamoDBDocumentClient; readonly peopleTable: string },
  id: PersonId,
): Promise<PersonId[]> {
  const leads: { readonly from: PersonId; readonly to: PersonId }[] = [];
  let cursor: string | undefined;
  do {
    const page = await readByStatus({ dynamoDb, tableName: peopleTable, values: ['KNOWN', 'ALIAS'] }, cursor);
    for (const row of page.rows) {
      const [from, to] = [
        PersonId.safeParse(row['person_id']).data,
        PersonId.safeParse(row['merged_into'] ?? row['is']).data,
      ];
      if (from !== undefined && to !== undefined) leads.push({ from, to });
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  const ids = new Set([id]);
  // What is added is visited as well.
  for (const known of ids) for (const { from, to } of leads) if (to === known) ids.add(from);
  return [...ids];
}
