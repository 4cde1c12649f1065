import { IndexFacesCommand, type RekognitionClient } from '@aws-sdk/client-rekognition';
import { IndexFaceInput, IndexFaceOutput } from '../schemas/payloads.ts';
import { rekognition } from './runtime/clients.ts';
import { defineTask } from './runtime/define-task.ts';
import { imageOf } from './runtime/detection.ts';
import { env } from './runtime/environment.ts';
import { EnrolmentError } from './runtime/errors.ts';
import { paid } from './runtime/metrics.ts';

interface Services {
  readonly rekognition: RekognitionClient;
  readonly collectionId: string;
}

/**
 * Adds the face to the collection under the person's id. Trying again is safe: the same picture with the same
 * ExternalImageId in the same collection is not stored twice (IndexFaces, API reference).
 */
export async function run({ enrolment }: IndexFaceInput, services: Services): Promise<IndexFaceOutput> {
  const answer = await paid(
    services.rekognition.send(
      new IndexFacesCommand({
        CollectionId: services.collectionId,
        Image: imageOf(enrolment.picture),
        ExternalImageId: enrolment.person_id,
        MaxFaces: 1,
        QualityFilter: 'AUTO',
        DetectionAttributes: ['DEFAULT'],
      }),
    ),
  );
  const face_id = answer.FaceRecords?.[0]?.Face?.FaceId;
  if (!face_id) {
    const reasons = answer.UnindexedFaces?.flatMap(({ Reasons = [] }) => Reasons).join(', ') || 'no reason given';
    throw new EnrolmentError(
      'FaceQualityTooLow',
      `The face was not stored (${reasons}). Choose a sharper, closer photo.`,
    );
  }
  return { face_id, model_version: answer.FaceModelVersion ?? 'unknown' };
}

export const handler = defineTask({
  name: 'index-face',
  input: IndexFaceInput,
  output: IndexFaceOutput,
  services: () => ({ rekognition: rekognition(), collectionId: env('COLLECTION_ID') }),
  run,
  describe: ({ enrolment }, output) => ({
    execution: enrolment.execution_arn,
    person: enrolment.person_id,
    face_id: output?.face_id,
  }),
});
