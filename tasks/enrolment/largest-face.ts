import type { S3Client } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import type { DetectedFace } from '../../schemas/faces.ts';
import { largestFaceKeyOf } from '../../schemas/keys.ts';
import type { Enrolment, Picture } from '../../schemas/payloads.ts';
import { cropFace, decodePixels } from '../images/crop.ts';
import { readObject, writeObject } from '../storage/objects.ts';

/** Cuts the largest face out of a photo of several people, because IndexFaces might take another. */
export async function cropLargestFace(
  s3: S3Client,
  { picture, work_prefix }: Enrolment,
  [face, ...others]: readonly [DetectedFace, ...DetectedFace[]],
): Promise<{ readonly face: DetectedFace; readonly picture: Picture }> {
  const boxes = others.map(({ bounding_box }) => bounding_box);
  const pixels = await decodePixels(await readObject(s3, picture));
  const { jpeg, in_crop } = await cropFace(pixels, face.bounding_box, boxes);
  const { width, height } = await sharp(jpeg).metadata();
  const key = largestFaceKeyOf(work_prefix);
  await writeObject(s3, picture.bucket, key, jpeg, 'image/jpeg');
  const sha256 = createHash('sha256').update(jpeg).digest('hex');
  return {
    face: { ...face, bounding_box: in_crop },
    picture: { bucket: picture.bucket, key, width, height, format: 'jpeg', sha256 },
  };
}
