import type { NewDecision } from '../../schemas/decisions.ts';
import { PREFIXES } from '../../schemas/keys.ts';
import type { FaceRecord, PhotoRecord } from '../../schemas/records.ts';
import { readFaces, readPhotos } from '../deployment/queries.ts';
import type { Target } from '../deployment/target.ts';
import { Failure, UsageError } from '../failure.ts';
import { counted, printable } from '../text.ts';

/** A face that a command was told: `party.jpg#2`. */
export interface GivenFace {
  readonly photo: PhotoRecord;
  readonly face: FaceRecord;
}

/** Finds the faces, each named by its photo's id and its number: `party.jpg#2`. */
export async function findFaces(target: Target, given: readonly string[]): Promise<GivenFace[]> {
  const wanted = given.map((text) => {
    const [, imageId, number] = /^(.+)#(\d{1,3})$/s.exec(text) ?? [];
    if (imageId === undefined) {
      throw new UsageError(`${printable(text)} is no face. A face is a photo and a number, such as party.jpg#0.`);
    }
    return { imageId, index: Number(number) };
  });
  const photos = await findPhotos(target, [...new Set(wanted.map(({ imageId }) => imageId))]);
  const faces = new Map<string, FaceRecord[]>();
  for (const [imageId, photo] of photos) faces.set(imageId, await readFaces(target, photo));
  return wanted.map(({ imageId, index }) => {
    const photo = photos.get(imageId)!;
    const known = faces.get(imageId)!;
    const face = known.find(({ face_index }) => face_index === index);
    if (face) return { photo, face };
    const numbers = known.map(({ face_index }) => face_index).join(', ');
    throw new Failure(
      `${printable(imageId)} has no face ${index}. It has ${counted(known.length, 'face')}${numbers && `: ${numbers}`}.`,
    );
  });
}

/** Finds photos that have a result. */
export async function findPhotos(target: Target, imageIds: readonly string[]): Promise<Map<string, PhotoRecord>> {
  const rows = await readPhotos(
    target,
    imageIds.map((id) => PREFIXES.input + id),
  );
  return new Map(
    imageIds.map((id) => {
      const photo = rows.get(PREFIXES.input + id);
      if (!photo) throw new Failure(`There is no photo ${printable(id)}. rollcall results lists them all.`);
      if (photo.sha256 !== undefined && photo.status !== 'REJECTED') return [id, photo];
      throw new Failure(`${printable(id)} has no result to decide about: it is ${photo.status}.`);
    }),
  );
}

/** A decision about a face, as it is now. */
export const about = (
  { photo, face }: GivenFace,
  said: Pick<NewDecision, 'kind'> & Partial<NewDecision>,
): NewDecision => ({
  image_id: photo.image_id,
  etag: photo.etag,
  bounding_box: face.bounding_box,
  source: 'manual',
  ...said,
});
