import { PREFIXES } from '../../schemas/keys.ts';
import { readPhotos, type People } from '../deployment/queries.ts';
import type { Target } from '../deployment/target.ts';
import { readFacesOfPhotos } from '../photos/faces-of-photos.ts';
import { idsOf, type Person } from './find-person.ts';

/** In how many of these photos of a person somebody else is, by that one's id, the most first. */
export async function seenWith(
  target: Target,
  person: Person,
  imageIds: readonly string[],
  people: People,
): Promise<{ person_id: string; name: string; photos: number }[]> {
  const photos = await readPhotos(
    target,
    imageIds.map((id) => PREFIXES.input + id),
  );
  const own = new Set<string>(idsOf(person));
  const counts = new Map<string, { person_id: string; name: string; photos: number }>();
  // In the others, the person is the only one who is known.
  const ofSeveral = [...photos.values()].filter(({ matched_count }) => matched_count !== 1);
  for (const faces of await readFacesOfPhotos(target, ofSeveral)) {
    const others = faces.flatMap(({ person_id }) => (person_id === undefined || own.has(person_id) ? [] : [person_id]));
    // By name: somebody who was merged has the name of the other.
    const inPhoto = new Map(others.map((id) => [people.get(id) ?? 'somebody', id]));
    for (const [name, person_id] of inPhoto) {
      const known = counts.get(name) ?? { person_id, name, photos: 0 };
      counts.set(name, { ...known, photos: known.photos + 1 });
    }
  }
  return [...counts.values()].toSorted((a, b) => b.photos - a.photos || a.name.localeCompare(b.name));
}
