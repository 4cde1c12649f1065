import type { PersonRecord } from '../../schemas/records.ts';
import { Failure } from '../failure.ts';
import { printable } from '../text.ts';
import { addAlias, changePerson, type Deciding } from './change-people.ts';
import { namedNow, readEverybody, type Person } from './find-person.ts';
import { personName } from './person-name.ts';

export interface Renamed {
  readonly name: string;
  /** Others who have this name as well. */
  readonly namesakes: readonly Person[];
  /** Whether enrolments under the new name are for this person. */
  readonly isAlias: boolean;
}

/** Gives a person another name, also in the rows and files of all photos. */
export async function renamePerson(by: Deciding, person: Person, typed: string): Promise<Renamed> {
  const name = personName(typed);
  const { person_id } = person;
  const namesakes = namedNow(await readEverybody(by.target), name).filter((one) => one.person_id !== person_id);
  // First, so that the same call completes what an interruption has left.
  const isAlias = await addAlias(by.target, person, name);
  await changePerson(by, { person_id, new_name: name }, [person]);
  return { name, namesakes, isAlias };
}

/** Makes the first person the second one. */
export async function mergePeople(by: Deciding, person: Person, into: Person): Promise<void> {
  const { person_id } = person;
  if (person_id === into.person_id) {
    throw new Failure(`That is one person already: ${printable(into.name)} (${person_id}).`);
  }
  await changePerson(by, { person_id, merged_into: into.person_id }, [person]);
}

/** Takes a merge back. */
export async function unmergePerson(by: Deciding, merged: PersonRecord, root: Person): Promise<void> {
  await changePerson(by, { person_id: merged.person_id, merged_into: null }, [root]);
}
