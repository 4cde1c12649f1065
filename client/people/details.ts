import type * as z from 'zod';
import { faceRecordOf, PREFIXES } from '../../schemas/keys.ts';
import { FaceRecord, type PhotoRecord } from '../../schemas/records.ts';
import { readFaces, readPartsOfFaces, readPhotos, type People } from '../deployment/queries.ts';
import type { Target } from '../deployment/target.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import { idsOf, type Person } from './find-person.ts';

/** Concurrent queries: few, because others want to be answered meanwhile. */
const CONCURRENCY = 4;
const SeenFace = FaceRecord.pick({ image_id: true, sequencer: true, person_id: true });
type SeenFace = z.infer<typeof SeenFace>;

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
  for (const faces of await facesIn(target, ofSeveral)) {
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

/**
 * The faces of each photo. Those that were found have the numbers from 0 on, so the faces of all photos are read in a
 * few batches; only a photo of which some are missing then, because they were drawn by hand, takes a query of its own.
 */
async function facesIn(target: Target, photos: readonly PhotoRecord[]): Promise<(readonly SeenFace[])[]> {
  const keys = photos.flatMap(({ image_id, face_count = 0 }) =>
    Array.from({ length: face_count }, (_, index) => ({ image_id, record: faceRecordOf(index) })),
  );
  const found = Map.groupBy(await readPartsOfFaces(target, SeenFace, keys), ({ image_id }) => image_id);
  return mapConcurrently(CONCURRENCY, photos, async (photo) => {
    const faces = found.get(photo.image_id)?.filter(({ sequencer }) => sequencer === photo.sequencer) ?? [];
    return faces.length === photo.face_count ? faces : readFaces(target, photo);
  });
}
