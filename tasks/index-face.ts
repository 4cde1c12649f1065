import { IndexFacesCommand, type FaceDetail } from '@aws-sdk/client-rekognition';
import { percent } from '../schemas/faces.ts';
import type { Slot } from '../schemas/pacing.ts';
import type { Enrolment } from '../schemas/payloads.ts';
import type { IndexedFace } from '../schemas/records.ts';
import type { Input, Output } from '../schemas/tasks.ts';
import { overlap } from './faces/boxes.ts';
import { clamped, imageOf } from './faces/detect.ts';
import { isForgotten, personForgotten } from './forgetting/tombstones.ts';
import { clock } from './pacing/services.ts';
import { arriveAt, type Clock } from './pacing/slots.ts';
import { defineTask } from './runtime/define-task.ts';
import { EnrolmentError } from './runtime/errors.ts';
import { countPaidCall } from './runtime/metrics.ts';
import { faceStore, holdFace, recordFace, releaseOwnFace, type FaceStore } from './storage/enrolled-faces.ts';

/** Two boxes of one face, found by two calls, cover nearly the same area. Boxes of two faces hardly overlap. */
const SAME_FACE = 0.5;

interface Services extends FaceStore, Clock {}

/**
 * Adds the checked face to the collection under the person's id, with one paid call, whose answer is kept in the face's
 * row. A call whose answer was lost can be repeated: Rekognition does not store the same picture with the same
 * ExternalImageId twice (IndexFaces, API reference).
 */
export async function run(
  { enrolment: loaded, face, picture, index_at }: Input<'index-face'>,
  services: Services,
): Promise<Output<'index-face'>> {
  const enrolment = { ...loaded, picture };
  const known = await holdFace(services, enrolment);
  // After the row is written: whoever removes the person's rows finds it, or else the tombstone is seen here.
  if (await isForgotten(services, enrolment.person_id, enrolment.timestamp)) {
    await releaseOwnFace(services, enrolment);
    throw personForgotten();
  }
  const indexed = known ?? (await indexFace(enrolment, index_at, services));
  const { face_id, model_version, bounding_box } = indexed;
  if (overlap(bounding_box, face.bounding_box) >= SAME_FACE) return { face_id, model_version };
  // Of several faces Rekognition keeps the one of the best quality, which can be a bystander's.
  await releaseOwnFace(services, enrolment);
  throw new EnrolmentError(
    'SeveralFacesInPhoto',
    'Another face in the photo is clearer than the largest one. Crop it to the one person.',
  );
}

async function indexFace(enrolment: Enrolment, index_at: Slot, services: Services): Promise<IndexedFace> {
  await arriveAt(index_at, services);
  const command = new IndexFacesCommand({
    CollectionId: services.collectionId,
    Image: imageOf(enrolment.picture),
    ExternalImageId: enrolment.person_id,
    MaxFaces: 1,
    QualityFilter: 'AUTO',
    DetectionAttributes: ['DEFAULT'],
  });
  const answer = await countPaidCall(services.rekognition.send(command));
  const {
    FaceRecords: [{ Face = {}, FaceDetail } = {}] = [],
    UnindexedFaces = [],
    FaceModelVersion = 'unknown',
  } = answer;
  if (Face.FaceId === undefined) {
    await releaseOwnFace(services, enrolment);
    const reasons = UnindexedFaces.flatMap(({ Reasons = [] }) => Reasons).join(', ') || 'no reason given';
    throw new EnrolmentError(
      'FaceQualityTooLow',
      `The face was not stored (${reasons}). Choose a sharper, closer photo.`,
    );
  }
  const face = {
    face_id: Face.FaceId,
    bounding_box: clamped(Face),
    confidence: percent(Face.Confidence),
    model_version: FaceModelVersion,
    ...measured(FaceDetail),
  };
  // Before anything else: an interrupted attempt must leave a trace of what is in the collection.
  await recordFace(services, enrolment, face);
  return face;
}

const measured = ({ Quality, Pose }: FaceDetail = {}) => ({
  ...(Quality && { brightness: percent(Quality.Brightness), sharpness: percent(Quality.Sharpness) }),
  ...(Pose?.Yaw === undefined ? {} : { yaw: Pose.Yaw }),
});

export const handler = defineTask({
  name: 'index-face',
  services: () => ({ ...faceStore(), ...clock() }),
  run,
  describe: ({ enrolment }, output) => ({
    execution: enrolment.execution_arn,
    person: enrolment.person_id,
    face_id: output?.face_id,
  }),
});
