import type { NewDecision } from '../../schemas/decisions.ts';
import { PREFIXES } from '../../schemas/keys.ts';
import type { FaceRecord, PhotoRecord } from '../../schemas/records.ts';
import { readFaces, readPhotos } from '../deployment/queries.ts';
import type { Target } from '../deployment/target.ts';
import { Failure, NotFound, UsageError } from '../failure.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import { counted, printable } from '../text.ts';
import { facesOfGroups, isGroup } from './groups.ts';

/** A face that a command was told: `party.jpg#2`, or one of the group `g_1a2b3c4d`. */
export interface GivenFace {
  readonly photo: PhotoRecord;
  readonly face: FaceRecord;
  /** If it was not given by itself. */
  readonly ofGroup?: true;
}

/** Where a face is: a photo and the number of the face in it. */
export interface FaceAddress {
  readonly image_id: string;
  readonly index: number;
}

/**
 * Finds faces: each is named by its photo's id and its number, as in `party.jpg#2`, or by the group of unknown faces
 * that it is in. None comes twice.
 */
export async function findFaces(target: Target, given: readonly string[]): Promise<GivenFace[]> {
  const addresses = given.filter((text) => !isGroup(text)).map(addressOf);
  const found = [...(await findFacesAt(target, addresses)), ...(await findInGroups(target, given.filter(isGroup)))];
  return [...new Map(found.map((one) => [`${one.photo.image_id}#${one.face.face_index}`, one])).values()];
}

function addressOf(text: string): FaceAddress {
  const [, image_id, number] = /^(.+)#(\d{1,3})$/s.exec(text) ?? [];
  if (image_id !== undefined) return { image_id, index: Number(number) };
  throw new UsageError(`${printable(text)} is no face. A face is a photo and a number, such as party.jpg#0.`);
}

/** A photo that was removed or replaced since leaves its face out. */
async function findInGroups(target: Target, groups: readonly string[]): Promise<GivenFace[]> {
  const faces = await facesOfGroups(target, groups);
  const keys = [...new Set(faces.map(({ image_id }) => PREFIXES.input + image_id))];
  const photos = await readPhotos(target, keys);
  return faces.flatMap((face) => {
    const photo = photos.get(PREFIXES.input + face.image_id);
    return photo?.sequencer === face.sequencer && photo.sha256 !== undefined ? [{ photo, face, ofGroup: true }] : [];
  });
}

/** Concurrent queries. */
const CONCURRENCY = 16;

/** Finds the faces, in the order in which they are given. */
export async function findFacesAt(target: Target, wanted: readonly FaceAddress[]): Promise<GivenFace[]> {
  const photos = await findPhotos(target, [...new Set(wanted.map(({ image_id }) => image_id))]);
  const faces = new Map(
    await mapConcurrently(
      CONCURRENCY,
      [...photos],
      async ([id, photo]) => [id, await readFaces(target, photo)] as const,
    ),
  );
  return wanted.map(({ image_id, index }) => {
    const photo = photos.get(image_id)!;
    const known = faces.get(image_id)!;
    const face = known.find(({ face_index }) => face_index === index);
    if (face) return { photo, face };
    const numbers = known.map(({ face_index }) => face_index).join(', ');
    throw new NotFound(
      `${printable(image_id)} has no face ${index}. It has ${counted(known.length, 'face')}${numbers && `: ${numbers}`}.`,
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
      if (!photo) throw new NotFound(`There is no photo ${printable(id)}. rollcall results lists them all.`);
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
