import type { FaceDetail, RekognitionClient } from '@aws-sdk/client-rekognition';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Input, Output } from '../schemas/tasks.ts';
import { detectFaces, facesForStates, keepDetection, rememberedDetection } from './faces/detect.ts';
import { shorterSide } from './images/boxes.ts';
import { clock } from './pacing/services.ts';
import type { Clock } from './pacing/slots.ts';
import { rekognitionClient, s3Client } from './runtime/clients.ts';
import { defineTask } from './runtime/define-task.ts';
import { env } from './runtime/environment.ts';
import { EnrolmentError } from './runtime/errors.ts';

interface Services extends Clock {
  readonly rekognition: RekognitionClient;
  readonly s3: S3Client;
  readonly minPixels: number;
}

/** A face with less than this share of the largest face's area counts as background. */
const BYSTANDER = 0.1;
/** In degrees. A face that is turned further is a poor model of its person. */
const MAX_YAW = 60;
const MIN_CONFIDENCE = 80;

/** Requires one good face and no other, because the collection would store any face and every search would suffer. */
export async function run(
  { enrolment, detect_at }: Input<'check-enrolment'>,
  services: Services,
): Promise<Output<'check-enrolment'>> {
  const { picture, work_prefix } = enrolment;
  const remembered = await rememberedDetection(services.s3, picture, work_prefix);
  const detection = remembered ?? (await detectFaces(services, picture, detect_at));
  if (!remembered) await keepDetection(services.s3, picture, work_prefix, detection);
  const [face, ...others] = facesForStates(detection);
  const [detail] = detection.faces;
  if (!face || !detail) {
    throw new EnrolmentError(
      'NoFaceInPhoto',
      'There is no face in the photo. Choose one that shows the face from the front.',
    );
  }
  const area = ({ width, height }: typeof face.bounding_box) => width * height;
  const rivals = others.filter((other) => area(other.bounding_box) > BYSTANDER * area(face.bounding_box));
  if (rivals.length > 0) {
    throw new EnrolmentError(
      'SeveralFacesInPhoto',
      `There are ${rivals.length + 1} faces in the photo. Crop it to the one person.`,
    );
  }
  checkQuality(detail, shorterSide(face.bounding_box, picture), services.minPixels);
  return { face };
}

function checkQuality({ Confidence = 0, Pose }: FaceDetail, pixels: number, minPixels: number): void {
  if (pixels < minPixels) {
    throw new EnrolmentError(
      'FaceTooSmall',
      `The face is ${pixels} pixels wide; it needs ${minPixels}. Choose a closer or larger photo.`,
    );
  }
  if (Confidence < MIN_CONFIDENCE) {
    throw new EnrolmentError(
      'FaceQualityTooLow',
      `It is a face with ${Confidence.toFixed(0)} % confidence; it needs ${MIN_CONFIDENCE}. Choose a clearer photo.`,
    );
  }
  if (Math.abs(Pose?.Yaw ?? 0) > MAX_YAW) {
    throw new EnrolmentError('FaceQualityTooLow', 'The face is seen from the side. Choose a photo from the front.');
  }
}

export const handler = defineTask({
  name: 'check-enrolment',
  services: () => ({
    rekognition: rekognitionClient(),
    s3: s3Client(),
    minPixels: env('MIN_FACE_PIXELS'),
    ...clock(),
  }),
  run,
  describe: ({ enrolment }) => ({ execution: enrolment.execution_arn, person: enrolment.person_id }),
});
