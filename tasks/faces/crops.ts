import type { S3Client } from '@aws-sdk/client-s3';
import type { CroppedFace, DetectedFace } from '../../schemas/faces.ts';
import { cropKeyOf } from '../../schemas/keys.ts';
import type { Photo } from '../../schemas/payloads.ts';
import { cropFace, type Pixels } from '../images/crop.ts';
import { mapConcurrently } from '../runtime/concurrency.ts';
import { writeObject } from '../storage/objects.ts';

/** Crops that are cut and written at once. The writes wait for S3, so they overlap although the processor is one. */
const CONCURRENCY = 20;

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
