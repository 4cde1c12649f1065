import type { RekognitionClient } from '@aws-sdk/client-rekognition';
import type { S3Client } from '@aws-sdk/client-s3';
import { detectionKeyOf } from '../schemas/keys.ts';
import type { Input, Output } from '../schemas/tasks.ts';
import { detectFaces, facesForStates } from './faces/detect.ts';
import { rekognitionClient, s3Client } from './runtime/clients.ts';
import { defineTask } from './runtime/define-task.ts';
import { count } from './runtime/metrics.ts';

interface Services {
  readonly rekognition: RekognitionClient;
  readonly s3: S3Client;
}

/** Finds every face with one paid call. The whole answer stays in `work/`; a short description of each face goes on. */
export async function run({ photo }: Input<'detect-faces'>, services: Services): Promise<Output<'detect-faces'>> {
  const faces = facesForStates(await detectFaces(services, photo.picture, photo.work_prefix));
  count('FacesDetected', faces.length);
  return { faces, count: faces.length, details_key: detectionKeyOf(photo.work_prefix) };
}

export const handler = defineTask({
  name: 'detect-faces',
  services: () => ({ rekognition: rekognitionClient(), s3: s3Client() }),
  run,
  describe: ({ photo }, output) => ({ execution: photo.execution_arn, work: photo.work_prefix, faces: output?.count }),
});
