import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { PersonId } from '../../schemas/faces.ts';
import type { PersonOfKey } from '../../schemas/keys.ts';
import { AliasRecord, PersonRecord } from '../../schemas/records.ts';
import { parse } from '../runtime/define-task.ts';
import { readRow } from './conditional-updates.ts';

interface People {
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly peopleTable: string;
}

export interface NamedPerson {
  readonly person_id: PersonId;
  readonly name: string;
  /** The person's own. */
  readonly threshold?: number | undefined;
}

/**
 * Finds out whom an enrolment photo shows: by id, or by a name that an alias may have given to somebody else. A person
 * who was merged into another stays a person of their own here, so that a merge can be undone. Undefined if there is
 * nobody of this id.
 */
export async function findPerson(people: People, { person_id, name }: PersonOfKey): Promise<NamedPerson | undefined> {
  if (name === undefined) {
    const row = await readRow(people.dynamoDb, personRow(people, person_id));
    return row && { person_id, name: parse(PersonRecord, row, `record of person ${person_id}`).name };
  }
  const row = await readRow(people.dynamoDb, {
    tableName: people.peopleTable,
    key: { person_id, record: ALIAS },
  });
  return { person_id: row ? parse(AliasRecord, row, `alias ${person_id}`).is : person_id, name };
}

/** The person, or whom it was merged into. Goes by the id if the row does not exist yet or any more. */
export async function presentPerson(people: People, person_id: PersonId, steps = 0): Promise<NamedPerson> {
  const row = await readRow(people.dynamoDb, personRow(people, person_id));
  if (!row) return { person_id, name: person_id };
  const { name, merged_into, threshold } = parse(PersonRecord, row, `record of person ${person_id}`);
  // Two merges at once could make a circle.
  if (merged_into === undefined || steps === MAX_MERGES) return { person_id, name, threshold };
  return presentPerson(people, merged_into, steps + 1);
}

/** How often people can be merged into people who are merged, as a bound. */
const MAX_MERGES = 20;

const ALIAS: AliasRecord['record'] = 'alias';
const PERSON: PersonRecord['record'] = 'person';

export const personRow = ({ peopleTable }: Pick<People, 'peopleTable'>, person_id: PersonId) => ({
  tableName: peopleTable,
  key: { person_id, record: PERSON },
});
