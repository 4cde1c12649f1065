import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { PersonId } from '../../schemas/faces.ts';
import { presentPerson, type NamedPerson } from '../storage/people.ts';

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
      const person = await presentPerson({ dynamoDb, peopleTable }, id);
      return [[id, person] as const, [person.person_id, person] as const];
    }),
  );
  return new Map(people.flat());
}
