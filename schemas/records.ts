import * as z from 'zod';
import { BoundingBox, FaceId, FaceSearch, Percent, PersonId } from './faces.ts';
import { FaceOutcome, PhotoOutcome, Rejection } from './outcomes.ts';
import { UploadedObject } from './payloads.ts';

export const PhotoStatus = z.enum(['PROCESSING', 'COMPLETED', 'NO_FACES', 'REJECTED', 'FAILED']);
export type PhotoStatus = z.infer<typeof PhotoStatus>;

const Claimed = {
  ...UploadedObject.shape,
  claimed_at: z.iso.datetime(),
};

/** How an execution failed. */
const ExecutionFailure = {
  error: z.string().optional(),
  cause: z.string().optional(),
  failed_state: z.string().optional(),
  failed_at: z.iso.datetime().optional(),
  /** Set if the execution failed after the final status was written, which stays. An index lists these rows. */
  failure: z.literal('LATE').optional(),
};
/** A redrive of a late failure removes these from the row. */
export const EXECUTION_FAILURE_ATTRIBUTES = Object.keys(ExecutionFailure);

const Failure = { ...Rejection.shape, ...ExecutionFailure };
/** A new attempt removes these from the row. */
export const FAILURE_ATTRIBUTES = Object.keys(Failure);

/** What the end of an execution writes into a photo's row, besides its status. A new attempt removes it. */
const Ended = {
  ...PhotoOutcome.partial().shape,
  processed_key: z.string().optional(),
  face_count: z.int().optional(),
  matched_count: z.int().optional(),
};
export const OUTCOME_ATTRIBUTES = Object.keys(Ended);

/** `FaceRecognitionResults`, record `photo`: one per photo. */
export const PhotoRecord = z.strictObject({
  image_id: z.string(),
  record: z.literal('photo'),
  status: PhotoStatus,
  ...Claimed,
  ...Failure,
  day: z.iso.date(),
  ...Ended,
});
export type PhotoRecord = z.infer<typeof PhotoRecord>;

/** `FaceRecognitionResults`, record `face#NNN`: one per face. */
export const FaceRecord = z.strictObject({
  image_id: z.string(),
  record: z.string().regex(/^face#\d{3}$/),
  face_index: z.int(),
  timestamp: z.iso.datetime(),
  sequencer: z.string(),
  etag: z.string(),
  execution_arn: z.string(),
  ...FaceOutcome.shape,
  model_version: z.string().optional(),
  /** What the search found. The outcome follows from it and from what was decided by hand. */
  proposal: FaceSearch.optional(),
});
export type FaceRecord = z.infer<typeof FaceRecord>;

/** `FaceRecognitionPeople`, record `person`. */
export const PersonRecord = z.strictObject({
  person_id: PersonId,
  record: z.literal('person'),
  name: z.string(),
  created_at: z.iso.datetime(),
  /** The index `by-status` lists all people by it. */
  status: z.literal('KNOWN'),
  /** The same as `created_at`, for the index. */
  timestamp: z.iso.datetime(),
  /** The person that all faces of this one count for, who can be merged into somebody as well. */
  merged_into: PersonId.optional(),
  /** Similarity from which a face is taken for this person, if it is not that of all people. */
  threshold: Percent.optional(),
  /** Under which other software has enrolled the person in the same collection. */
  external_ids: z.set(z.string()).optional(),
});
export type PersonRecord = z.infer<typeof PersonRecord>;

/** `FaceRecognitionPeople`, record `alias`, under the id that a name would have: whom the name means instead. */
export const AliasRecord = z.strictObject({
  person_id: PersonId,
  record: z.literal('alias'),
  is: PersonId,
  name: z.string(),
  /** The index `by-status` lists all other names by it, to find those of one person. */
  status: z.literal('ALIAS'),
  timestamp: z.iso.datetime(),
});
export type AliasRecord = z.infer<typeof AliasRecord>;

/**
 * `FaceRecognitionPeople`, record `tombstone`: a person was forgotten. What was uploaded before the end of that does not
 * bring the person back; what is uploaded later enrols a new person.
 */
export const Tombstone = z.strictObject({
  person_id: z.string().startsWith('forgotten_'),
  record: z.literal('tombstone'),
  /** The index `by-status` lists all tombstones by it, to find those of one receipt. Rows of earlier versions lack it. */
  status: z.literal('FORGOTTEN').optional(),
  /** The same as `forgotten_at`, for the index. */
  timestamp: z.iso.datetime().optional(),
  forgotten_at: z.iso.datetime(),
  /** Absent while it is under way. */
  ended_at: z.iso.datetime().optional(),
  receipt_key: z.string().optional(),
});
export type Tombstone = z.infer<typeof Tombstone>;

/** A face in the collection, as IndexFaces told of it. */
export const IndexedFace = z.object({
  face_id: FaceId,
  bounding_box: BoundingBox,
  confidence: Percent,
  model_version: z.string(),
  /** As Rekognition measured the portrait. Yaw is how far the face is turned to the side, in degrees. */
  brightness: Percent.optional(),
  sharpness: Percent.optional(),
  yaw: z.number().optional(),
});
export type IndexedFace = z.infer<typeof IndexedFace>;

/**
 * `FaceRecognitionPeople`, record `face#<sha256 of the portrait>`: one per enrolled face. Before its face is in the
 * collection, a row only says who holds it.
 */
export const EnrolledFaceRecord = z.strictObject({
  person_id: PersonId,
  record: z.string().startsWith('face#'),
  /** The versions of portraits that need the face: `<record of the enrolment> <sequencer>`. Absent if none does. */
  held_by: z.set(z.string()).optional(),
  /** The face that is being removed from the collection. Until then nobody can hold it. */
  removing: FaceId.optional(),
  /** Rekognition's ExternalImageId, if other software has enrolled the face. Then there is no portrait. */
  external_id: z.string().optional(),
  ...IndexedFace.partial().shape,
  /** Of the portrait by which it was indexed last. */
  bucket: z.string().optional(),
  key: z.string().optional(),
  version_id: z.string().optional(),
  sha256: z.string().optional(),
  timestamp: z.iso.datetime().optional(),
});
export type EnrolledFaceRecord = z.infer<typeof EnrolledFaceRecord>;

export const EnrolmentStatus = z.enum(['PROCESSING', 'ENROLLED', 'REFUSED', 'FAILED']);
export type EnrolmentStatus = z.infer<typeof EnrolmentStatus>;

/** `FaceRecognitionPeople`, record `enrolment#<hash of the key>`: the outcome of one enrolment photo. */
export const EnrolmentRecord = z.strictObject({
  person_id: z.union([PersonId, z.literal('nobody')]),
  record: z.string().startsWith('enrolment#'),
  status: EnrolmentStatus,
  name: z.string(),
  ...Claimed,
  ...Failure,
  face_id: FaceId.optional(),
});
export type EnrolmentRecord = z.infer<typeof EnrolmentRecord>;
