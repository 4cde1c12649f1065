import type { S3Client } from '@aws-sdk/client-s3';
import { cropKeyOf } from '../schemas/keys.ts';
import type { Input, Output } from '../schemas/tasks.ts';
import { cropFace, decodePixels } from './images/crop.ts';
import { s3Client } from './runtime/clients.ts';
import { mapConcurrently } from './runtime/concurrency.ts';
import { defineTask } from './runtime/define-task.ts';
import { readObject, writeObject } from './storage/objects.ts';

/** Crops that are cut and written at once. The writes wait for S3, so they overlap although the processor is one. */
const CONCURRENCY = 20;

/** Crops every face once, with padding, into `faces/`. Searching then needs no pixels. */
export async function run(
  { photo, faces }: Input<'crop-faces'>,
  services: { readonly s3: S3Client },
): Promise<Output<'crop-faces'>> {
  const pixels = await decodePixels(await readObject(services.s3, photo.picture));
  const boxes = faces.map((face) => face.bounding_box);
  const cropped = await mapConcurrently(faces, CONCURRENCY, async (face) => {
    const others = boxes.filter((box) => box !== face.bounding_box);
    const { jpeg, ...where } = await cropFace(pixels, face.bounding_box, others);
    const crop_key = cropKeyOf(photo.work_prefix, face.index);
    await writeObject(services.s3, photo.bucket, crop_key, jpeg, 'image/jpeg');
    return { ...face, crop_key, ...where };
  });
  return { faces: cropped };
}

export const handler = defineTask({
  name: 'crop-faces',
  services: () => ({ s3: s3Client() }),
  run,
  describe: ({ photo, faces }) => ({ execution: photo.execution_arn, work: photo.work_prefix, faces: faces.length }),
});
