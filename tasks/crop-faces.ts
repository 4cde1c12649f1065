import type { S3Client } from '@aws-sdk/client-s3';
import type { CroppedFace } from '../schemas/faces.ts';
import { cropKeyOf } from '../schemas/keys.ts';
import type { Input, Output } from '../schemas/tasks.ts';
import { cropFace, decodePixels } from './images/crop.ts';
import { s3Client } from './runtime/clients.ts';
import { defineTask } from './runtime/define-task.ts';
import { readObject, writeObject } from './storage/objects.ts';

/** Crops every face once, with padding, into `faces/`. Searching then needs no pixels. */
export async function run(
  { photo, faces }: Input<'crop-faces'>,
  services: { readonly s3: S3Client },
): Promise<Output<'crop-faces'>> {
  const pixels = await decodePixels(await readObject(services.s3, photo.picture));
  const boxes = faces.map((face) => face.bounding_box);
  const cropped: CroppedFace[] = [];
  for (const face of faces) {
    const others = boxes.filter((box) => box !== face.bounding_box);
    const { jpeg, ...where } = await cropFace(pixels, face.bounding_box, others);
    const crop_key = cropKeyOf(photo.work_prefix, face.index);
    await writeObject(services.s3, photo.bucket, crop_key, jpeg, 'image/jpeg');
    cropped.push({ ...face, crop_key, ...where });
  }
  return { faces: cropped };
}

export const handler = defineTask({
  name: 'crop-faces',
  services: () => ({ s3: s3Client() }),
  run,
  describe: ({ photo, faces }) => ({ execution: photo.execution_arn, work: photo.work_prefix, faces: faces.length }),
});
