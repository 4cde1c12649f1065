import type * as z from 'zod';
import { faceRecordOf } from '../../schemas/keys.ts';
import { FaceRecord, type PhotoRecord } from '../../schemas/records.ts';
import { readFaces, readPartsOfFaces } from '../deployment/queries.ts';
import type { Target } from '../deployment/target.ts';
import { mapConcurrently } from '../map-concurrently.ts';

/** Concurrent queries: few, because others want to be answered meanwhile. */
const CONCURRENCY = 4;
const SeenFace = FaceRecord.pick({ image_id: true, sequencer: true, person_id: true });
type SeenFace = z.infer<typeof SeenFace>;

/**
 * Who is in each photo, by its faces. Those that were found have the numbers from 0 on, so the faces of all photos are
 * read in a few batches; only a photo of which some are missing then, because they were drawn by hand, takes a query of
 * its own.
 */
export async function readFacesOfPhotos(
  target: Target,
  photos: readonly PhotoRecord[],
): Promise<(readonly SeenFace[])[]> {
  const keys = photos.flatMap(({ image_id, face_count = 0 }) =>
    Array.from({ length: face_count }, (_, index) => ({ image_id, record: faceRecordOf(index) })),
  );
  const found = Map.groupBy(await readPartsOfFaces(target, SeenFace, keys), ({ image_id }) => image_id);
  return mapConcurrently(CONCURRENCY, photos, async (photo) => {
    const faces = found.get(photo.image_id)?.filter(({ sequencer }) => sequencer === photo.sequencer) ?? [];
    return faces.length === photo.face_count ? faces : readFaces(target, photo);
  });
}
