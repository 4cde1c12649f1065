import type { Input, Output } from '../schemas/tasks.ts';
import { cropLargestFace } from './enrolment/largest-face.ts';
import { refuseLookAlike, type LookAlikeServices } from './enrolment/look-alike.ts';
import { checkQuality } from './enrolment/quality.ts';
import { detectFaces, facesForStates, keepDetection, rememberedDetection, type Detection } from './faces/detect.ts';
import { shorterSide } from './images/boxes.ts';
import { clock } from './pacing/services.ts';
import { s3Client } from './runtime/clients.ts';
import { defineTask } from './runtime/define-task.ts';
import { env } from './runtime/environment.ts';
import { EnrolmentError } from './runtime/errors.ts';
import { faceStore } from './storage/enrolled-faces.ts';

interface Services extends LookAlikeServices {
  readonly minPixels: number;
}

/** A face with less than this share of the largest face's area counts as background. */
const BYSTANDER = 0.1;

/**
 * Requires one good face and no other, unless the largest is wanted, because the collection would store any face and
 * every search would suffer. Then requires that it is not the face of somebody else who is enrolled.
 */
export async function run(
  { enrolment, detect_at, search_at }: Input<'check-enrolment'>,
  services: Services,
): Promise<Output<'check-enrolment'>> {
  const { picture, work_prefix } = enrolment;
  const remembered = await rememberedDetection(services.s3, picture, work_prefix);
  const detection = remembered ?? (await detectFaces(services, picture, detect_at));
  if (!remembered) await keepDetection(services.s3, picture, work_prefix, detection);
  const checked = await chooseFace(enrolment, detection, services);
  if (!enrolment.force) await refuseLookAlike(enrolment, { ...checked, search_at }, services);
  return checked;
}

async function chooseFace(
  enrolment: Input<'check-enrolment'>['enrolment'],
  detection: Detection,
  { s3, minPixels }: Services,
): Promise<Output<'check-enrolment'>> {
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
  if (rivals.length > 0 && !enrolment.largest) {
    throw new EnrolmentError(
      'SeveralFacesInPhoto',
      `There are ${rivals.length + 1} faces in the photo. Crop it to the one person, or enrol the largest face with --largest.`,
    );
  }
  checkQuality(detail, shorterSide(face.bounding_box, enrolment.picture), minPixels);
  if (rivals.length === 0) return { face, picture: enrolment.picture };
  return cropLargestFace(s3, enrolment, [face, ...others]);
}

export const handler = defineTask({
  name: 'check-enrolment',
  services: () => ({ ...faceStore(), s3: s3Client(), minPixels: env('MIN_PORTRAIT_FACE_PIXELS'), ...clock() }),
  run,
  describe: ({ enrolment }) => ({ execution: enrolment.execution_arn, person: enrolment.person_id }),
});
