import type { S3Client } from '@aws-sdk/client-s3';
import type { CroppedFace, DetectedFace } from '../../schemas/faces.ts';
import { cropKeyOf } from '../../schemas/keys.ts';
import type { Photo } from '../../schemas/payloads.ts';
import { cropFace, decodePixels, type Pixels } from '../images/crop.ts';
import { mapConcurrently } from '../runtime/concurrency.ts';
import { readObject, writeObject } from '../storage/objects.ts';

/** Crops that are cut and written at once. The writes wait for S3, so they overlap although the processor is one. */
const CONCURRENCY = 20;

/** The work on a photo's pixels. A simulation of bursts replaces it, because it takes real time. */
export interface Crops {
  readonly read: (photo: Photo) => Promise<Pixels>;
  readonly write: (photo: Photo, pixels: Pixels, faces: readonly DetectedFace[]) => Promise<CroppedFace[]>;
}

export const cropsIn = (s3: S3Client): Crops => ({
  read: async ({ picture }) => decodePixels(await readObject(s3, picture)),
  write: (photo, pixels, faces) => writeCrops(s3, photo, pixels, faces),
});

/** Crops every face, with padding, into `faces/`. Searching then needs no pixels. */
export function writeCrops(
  s3: S3Client,
  { bucket, work_prefix }: Photo,
  pixels: Pixels,
  faces: readonly DetectedFace[],
): Promise<CroppedFace[]> {
  const boxes = faces.map((face) => face.bounding_box);
  return mapConcurrently(faces, CONCURRENCY, async (face) => {
    const others = boxes.filter((box) => box !== face.bounding_box);
    const { jpeg, ...where } = await cropFace(pixels, face.bounding_box, others);
    const crop_key = cropKeyOf(work_prefix, face.index);
    await writeObject(s3, bucket, crop_key, jpeg, 'image/jpeg');
    return { ...face, crop_key, ...where };
  });
}
