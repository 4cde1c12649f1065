import { PersonId } from '../../schemas/faces.ts';
import { personIdOf, personNameOf, PREFIXES } from '../../schemas/keys.ts';
import { readPersons } from '../deployment/queries.ts';
import type { Target } from '../deployment/target.ts';
import { Failure, UsageError } from '../failure.ts';
import { printable } from '../terminal.ts';

export interface GivenPerson {
  readonly person_id: PersonId;
  readonly name: string;
}

const plain = (name: string) => name.normalize('NFKC').toLowerCase().replaceAll('_', ' ').trim();

/** The person with this name, in any spelling, or with this id. Somebody new if nobody has the name yet. */
export async function personCalled(target: Target, given: string): Promise<GivenPerson> {
  const people = await readPersons(target);
  const id = PersonId.safeParse(given);
  if (id.success) {
    const person = people.find(({ person_id }) => person_id === id.data);
    if (person) return person;
    throw new Failure(`There is no person ${given}. rollcall people lists them.`);
  }
  const namesakes = people.filter(({ name, merged_into }) => merged_into === undefined && plain(name) === plain(given));
  if (namesakes.length > 1) {
    const ids = namesakes.map(({ person_id }) => person_id).join(', ');
    throw new Failure(`Several people are called ${printable(given)}. Give an id instead: ${ids}.`);
  }
  return namesakes[0] ?? newPerson(given);
}

function newPerson(given: string): GivenPerson {
  const name = given.includes('/') ? undefined : personNameOf(`${PREFIXES.enroll}${given}/`);
  if (name !== undefined) return { person_id: personIdOf(name), name };
  throw new UsageError(
    `"${printable(given)}" is not a name: it must have a visible character, no slash, and at most 200 characters.`,
  );
}
