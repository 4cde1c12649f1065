import { GetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { PersonId } from '../../schemas/faces.ts';
import { PersonRecord } from '../../schemas/records.ts';
import { parse } from '../runtime/define-task.ts';
import { personRow, type NamedPerson } from '../storage/people.ts';

/** Who somebody is under an id that a search or a decision gave, and under the id of whom they were merged into. */
export type PeopleById = ReadonlyMap<PersonId, NamedPerson>;

/** Reads the people with these ids. Who was merged into somebody else is that person. */
export async function readPeople(
  dynamoDb: DynamoDBDocumentClient,
  peopleTable: string,
  ids: Iterable<PersonId>,
): Promise<PeopleById> {
  const people = await Promise.all(
    [...new Set(ids)].map(async (id) => {
      const person = await readPerson(dynamoDb, peopleTable, id);
      return [[id, person] as const, [person.person_id, person] as const];
    }),
  );
  return new Map(people.flat());
}

/** Falls back to the id if the person's row does not exist yet or any more. */
export async function readPerson(
  dynamoDb: DynamoDBDocumentClient,
  peopleTable: string,
  person_id: PersonId,
): Promise<NamedPerson> {
  const { tableName: TableName, key: Key } = personRow({ peopleTable }, person_id);
  const { Item } = await dynamoDb.send(new GetCommand({ TableName, Key }));
  if (!Item) return { person_id, name: person_id };
  const { name, merged_into } = parse(PersonRecord, Item, `record of person ${person_id}`);
  return merged_into === undefined ? { person_id, name } : readPerson(dynamoDb, peopleTable, merged_into);
}
