/** What may be said of an enrolment photo, as metadata of its object, without the prefix `x-amz-meta-`. */
export const ENROLMENT_METADATA = {
  /** Enrol the face even if it looks like somebody else who is enrolled. */
  force: 'force',
  /** Enrol the largest of several faces. */
  largest: 'largest',
} as const;

/** The value that says so. */
export const YES = 'true';
