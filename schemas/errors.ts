/** Error names that Step Functions matches. The error classes and ErrorEquals both take them from here. */

/** Faults of the picture. A retry cannot help, so the photo ends as REJECTED. */
export const IMAGE_FAULTS = [
  'ImageEmpty',
  'ImageFormatUnsupported',
  'ImageCorrupt',
  'ImageTooSmall',
  'ImageTooManyPixels',
  'ImageTooManyBytes',
  'ImageGone',
  // No fault, but the same end: somebody asked for it, by the tag recognition=off.
  'RecognitionOff',
  // Rekognition's own names, in case it refuses a picture that load-image accepted.
  'InvalidImageFormatException',
  'ImageTooLargeException',
] as const;
export type ImageFault = (typeof IMAGE_FAULTS)[number];

/** Faults of an enrolment: the picture can be read, but nobody can be enrolled from it. */
export const ENROLMENT_FAULTS = [
  'NameInvalid',
  'PersonUnknown',
  'PersonForgotten',
  'NoFaceInPhoto',
  'SeveralFacesInPhoto',
  'FaceTooSmall',
  'FaceQualityTooLow',
  'FaceBlurred',
  'FaceTooDark',
  'FaceTooBright',
  'FaceTurnedAway',
  'LooksLikeAnother',
] as const;
export type EnrolmentFault = (typeof ENROLMENT_FAULTS)[number];

/** The slot of a paid call has passed. Caught: the execution reserves another one, or waits for the one that it got. */
export const SLOT_FAULTS = ['SlotMissed'] as const;
export type SlotFault = (typeof SLOT_FAULTS)[number];

/** A photo cannot be derived while an execution works on it. Retried until that has ended. */
export const WAITING_FAULTS = ['PhotoUnderWay'] as const;
export type WaitingFault = (typeof WAITING_FAULTS)[number];

/** Faults of the pipeline. No Catch handles them, so a redrive continues at the state that failed. */
export const TASK_FAULTS = [
  'InvalidPayload',
  'FacesMissing',
  'NotForgotten',
  'NeverForgotten',
  'DecisionsInvalid',
  'NetworkError',
  'ServiceUnavailable',
] as const;
export type TaskFault = (typeof TASK_FAULTS)[number];

/**
 * Recorded where an execution succeeded, but its outcome is not in the row, as when the table was restored from a
 * backup. Redriving starts it anew.
 */
export const OUTCOME_MISSING = 'OutcomeMissing';

export type ErrorName = ImageFault | EnrolmentFault | SlotFault | WaitingFault | TaskFault;

/** Throttling by Rekognition, DynamoDB or S3. Lambda's own name for it is in statemachines/retries.ts. */
export const THROTTLING_ERRORS = [
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
  'SlowDown',
] as const;

/** Errors of a service, or of the network. Any other answer with a status of 500 or more becomes ServiceUnavailable. */
export const SERVICE_ERRORS = [
  'InternalServerError',
  'InternalError',
  'ServiceUnavailable',
  'NetworkError',
  'TimeoutError',
  // Another call is changing the same user of a collection.
  'ConflictException',
  // S3 gave up waiting for the request's body.
  'RequestTimeout',
] as const;
