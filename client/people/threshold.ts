import { FaceRecord } from '../../schemas/records.ts';
import { decide } from '../decisions/decide.ts';
import { eachInIndex } from '../deployment/queries.ts';
import type { Target } from '../deployment/target.ts';
import type { Deciding } from './change-people.ts';
import { idsOf, type Person } from './find-person.ts';

/** Gives a person a threshold of their own, or takes it back, and derives the photos of before with it. */
export async function setThreshold(
  { target, signal, name }: Deciding,
  person: Person,
  threshold: number | null,
): Promise<string> {
  const ids = idsOf(person);
  const others = ids.filter((id) => id !== person.person_id).map((person_id) => ({ person_id }));
  const people = [{ person_id: person.person_id, threshold }, ...others];
  const photos = await photosWithCandidate(target, new Set(ids));
  return decide(target, signal, { people, decisions: [], photos }, name);
}

/** Photos with a face that nobody is named for, and that resembles this person most. */
async function photosWithCandidate(target: Target, ids: ReadonlySet<string | undefined>): Promise<string[]> {
  const photos = new Set<string>();
  const unknown = { table: 'results', index: 'by-status', value: 'UNKNOWN', schema: FaceRecord } as const;
  for await (const { image_id, proposal, candidate } of eachInIndex(target, unknown)) {
    if (ids.has(proposal?.best?.person_id ?? candidate?.person_id)) photos.add(image_id);
  }
  return [...photos];
}
