import { IndexFacesCommand, type RekognitionClient } from '@aws-sdk/client-rekognition';
import type { S3Client } from '@aws-sdk/client-s3';
import { indexingKeyOf } from '../schemas/keys.ts';
import type { Enrolment } from '../schemas/payloads.ts';
import { TASKS, type Input, type Output } from '../schemas/tasks.ts';
import { imageOf } from './faces/detect.ts';
import { rekognitionClient, s3Client } from './runtime/clients.ts';
import { defineTask } from './runtime/define-task.ts';
import { env } from './runtime/environment.ts';
import { EnrolmentError } from './runtime/errors.ts';
import { countPaidCall } from './runtime/metrics.ts';
import { computeOnce } from './storage/objects.ts';

interface Services {
  readonly rekognition: RekognitionClient;
  readonly collectionId: string;
  readonly s3: S3Client;
}

/**
 * Adds the face to the collection under the person's id, with one paid call, kept in `work/`. A call whose answer was
 * lost can be repeated: Rekognition does not store the same picture with the same ExternalImageId twice (IndexFaces,
 * API reference).
 */
export async function run({ enrolment }: Input<'index-face'>, services: Services): Promise<Output<'index-face'>> {
  const { picture, work_prefix } = enrolment;
  const address = { bucket: picture.bucket, key: indexingKeyOf(work_prefix) };
  return computeOnce(services.s3, address, TASKS['index-face'].output, () => indexFace(enrolment, services));
}

async function indexFace(
  { picture, person_id }: Enrolment,
  { rekognition: client, collectionId }: Services,
): Promise<Output<'index-face'>> {
  const command = new IndexFacesCommand({
    CollectionId: collectionId,
    Image: imageOf(picture),
    ExternalImageId: person_id,
    MaxFaces: 1,
    QualityFilter: 'AUTO',
    DetectionAttributes: ['DEFAULT'],
  });
  const { FaceRecords, UnindexedFaces = [], FaceModelVersion = 'unknown' } = await countPaidCall(client.send(command));
  const face_id = FaceRecords?.[0]?.Face?.FaceId;
  if (face_id) return { face_id, model_version: FaceModelVersion };
  const reasons = UnindexedFaces.flatMap(({ Reasons = [] }) => Reasons).join(', ') || 'no reason given';
  throw new EnrolmentError(
    'FaceQualityTooLow',
    `The face was not stored (${reasons}). Choose a sharper, closer photo.`,
  );
}

export const handler = defineTask({
  name: 'index-face',
  services: () => ({ rekognition: rekognitionClient(), s3: s3Client(), collectionId: env('COLLECTION_ID') }),
  run,
  describe: ({ enrolment }, output) => ({
    execution: enrolment.execution_arn,
    person: enrolment.person_id,
    face_id: output?.face_id,
  }),
});
