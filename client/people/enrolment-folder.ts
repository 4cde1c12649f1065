import { PersonId } from '../../schemas/faces.ts';
import { folderOfPerson, personIdOf } from '../../schemas/keys.ts';
import type { Target } from '../deployment/target.ts';
import { addPerson } from './change-people.ts';
import { findPerson, seekPerson } from './find-person.ts';
import { personName } from './person-name.ts';

export const isId = (typed: string) => PersonId.safeParse(typed).success;

/** The folder of the person's enrolment photos: by name as long as the name means this person, otherwise by id. */
export async function folderFor(target: Target, typed: string, newPerson: boolean): Promise<string> {
  if (isId(typed)) return folderOfPerson((await findPerson(target, typed)).person_id);
  const name = personName(typed);
  if (newPerson) return folderOfPerson((await addPerson(target, name)).person_id);
  const known = await seekPerson(target, typed);
  if (!known || known.person_id === personIdOf(name)) return `${typed.trim()}/`;
  return folderOfPerson(known.person_id);
}
