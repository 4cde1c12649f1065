/** Names that Step Functions matches by. Each is used by the error class that carries it and by ErrorEquals. */

/** The picture itself is at fault: trying again changes nothing, so the photo ends in REJECTED. */
export const IMAGE_FAULTS = [
  'ImageEmpty',
  'ImageFormatUnsupported',
  'ImageCorrupt',
  'ImageTooSmall',
  'ImageTooManyPixels',
  'ImageTooManyBytes',
  'ImageGone',
  // Rekognition's own, should it refuse what load-image let pass.
  'InvalidImageFormatException',
  'ImageTooLargeException',
] as const;
export type ImageFault = (typeof IMAGE_FAULTS)[number];

/** The photo is fine but nobody can be enrolled from it. */
export const ENROLMENT_FAULTS = [
  'NameInvalid',
  'NoFaceInPhoto',
  'SeveralFacesInPhoto',
  'FaceTooSmall',
  'FaceQualityTooLow',
] as const;
export type EnrolmentFault = (typeof ENROLMENT_FAULTS)[number];

/** Faults of the pipeline, left uncaught on their Task so that a redrive goes on from there. */
export const TASK_FAULTS = ['InvalidPayload', 'FacesMissing', 'NetworkError', 'ServiceUnavailable'] as const;
export type TaskFault = (typeof TASK_FAULTS)[number];

export type ErrorName = ImageFault | EnrolmentFault | TaskFault;
