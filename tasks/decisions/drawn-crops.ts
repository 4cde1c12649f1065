import { FIRST_DRAWN_FACE } from '../../schemas/keys.ts';
import type { FaceRecord, PhotoRecord } from '../../schemas/records.ts';
import { cropFace, decodePixels } from '../images/crop.ts';
import { normalize } from '../images/normalize.ts';
import { nameOf } from '../runtime/errors.ts';
import { etagOf, readObject, writeObject } from '../storage/objects.ts';
import { removeFaces } from '../storage/result-rows.ts';
import type { PhotoServices } from './photo.ts';

const isDrawn = ({ face_index }: FaceRecord) => face_index >= FIRST_DRAWN_FACE;
const hasCrop = (face: FaceRecord): face is FaceRecord & { crop_key: string } => face.crop_key !== undefined;

/** Crops the faces that were drawn by hand, unless they are cropped already. A photo that is gone has no crops. */
export async function cropDrawnFaces(
  { s3 }: PhotoServices,
  { bucket, key, version_id }: PhotoRecord,
  faces: readonly FaceRecord[],
): Promise<void> {
  const crops = await Promise.all(
    faces
      .filter(isDrawn)
      .filter(hasCrop)
      .map(async (face) => ({ face, etag: await etagOf(s3, bucket, face.crop_key) })),
  );
  const missing = crops.filter(({ etag }) => etag === undefined).map(({ face }) => face);
  if (missing.length === 0) return;
  const bytes = await readObject(s3, { bucket, key, version_id }).catch((error: unknown) => {
    if (['NoSuchKey', 'NoSuchVersion'].includes(nameOf(error) ?? '')) return undefined;
    throw error;
  });
  if (!bytes) return;
  const { copy = bytes } = await normalize(bytes);
  const pixels = await decodePixels(copy);
  for (const { bounding_box, crop_key } of missing) {
    const others = faces.map((face) => face.bounding_box).filter((box) => box !== bounding_box);
    const { jpeg } = await cropFace(pixels, bounding_box, others);
    await writeObject(s3, bucket, crop_key, jpeg, 'image/jpeg');
  }
}

/** Removes the rows of drawn faces that do not follow from the ledger any more. */
export const removeUndoneFaces = (
  services: PhotoServices,
  bucket: string,
  before: readonly FaceRecord[],
  after: readonly FaceRecord[],
): Promise<void> => {
  const kept = new Set(after.map(({ record }) => record));
  return removeFaces(
    services,
    bucket,
    before.filter((face) => isDrawn(face) && !kept.has(face.record)),
  );
};
