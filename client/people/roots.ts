import type { PersonId } from '../../schemas/faces.ts';
import type { PersonRecord } from '../../schemas/records.ts';

/** By id, the person that somebody counts for: the end of a chain of merges, and oneself without one. */
export function rootsOf(people: readonly PersonRecord[]): Map<PersonId, PersonRecord> {
  const byId = new Map(people.map((person) => [person.person_id, person]));
  return new Map(people.map((person) => [person.person_id, rootOf(person, byId)]));
}

function rootOf(person: PersonRecord, byId: ReadonlyMap<PersonId, PersonRecord>): PersonRecord {
  let root = person;
  // Two merges at once could make a circle.
  for (let steps = 0; root.merged_into !== undefined && steps < byId.size; steps += 1) {
    root = byId.get(root.merged_into) ?? { ...root, merged_into: undefined };
  }
  return root;
}
