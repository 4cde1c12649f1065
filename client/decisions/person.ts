import { PersonId } from '../../schemas/faces.ts';
import { personIdOf } from '../../schemas/keys.ts';
import type { Target } from '../deployment/target.ts';
import { NotFound } from '../failure.ts';
import { seekPerson } from '../people/find-person.ts';
import { personName } from '../people/person-name.ts';

export interface GivenPerson {
  readonly person_id: PersonId;
  readonly name: string;
}

/** The person with this name or id, as every command understands it. Somebody new if nobody has the name yet. */
export async function personCalled(target: Target, given: string): Promise<GivenPerson> {
  const known = await seekPerson(target, given);
  if (known) return known;
  if (!PersonId.safeParse(given).success) return newPerson(given);
  throw new NotFound(`There is no person ${given}. rollcall people lists them.`);
}

function newPerson(given: string): GivenPerson {
  const name = personName(given);
  return { person_id: personIdOf(name), name };
}
