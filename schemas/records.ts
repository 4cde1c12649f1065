import * as z from 'zod';
import { BoundingBox, Candidate, Emotion, FaceId, FaceReason, FaceStatus, Percent, PersonId } from './faces.ts';

export const PhotoStatus = z.enum(['PROCESSING', 'COMPLETED', 'NO_FACES', 'REJECTED', 'FAILED']);
export type PhotoStatus = z.infer<typeof PhotoStatus>;

const Claimed = {
  bucket: z.string(),
  key: z.string(),
  version_id: z.string().optional(),
  etag: z.string(),
  size: z.int(),
  /** Padded, so that DynamoDB compares two of them as strings. */
  sequencer: z.string(),
  /** The execution that works, or worked, on it. */
  execution_arn: z.string(),
  claimed_at: z.iso.datetime(),
  /** When the object landed. */
  timestamp: z.iso.datetime(),
};

const Failure = {
  reason: z.string().optional(),
  message: z.string().optional(),
  error: z.string().optional(),
  cause: z.string().optional(),
  failed_state: z.string().optional(),
};

/** `FaceRecognitionResults`, record `photo`: one a photo. */
export const PhotoRecord = z.strictObject({
  image_id: z.string(),
  record: z.literal('photo'),
  status: PhotoStatus,
  ...Claimed,
  ...Failure,
  day: z.iso.date(),
  processed_key: z.string().optional(),
  processed_at: z.iso.datetime().optional(),
  width: z.int().optional(),
  height: z.int().optional(),
  format: z.string().optional(),
  sha256: z.string().optional(),
  face_count: z.int().optional(),
  matched_count: z.int().optional(),
  pipeline_version: z.string().optional(),
  model_version: z.string().optional(),
});
export type PhotoRecord = z.infer<typeof PhotoRecord>;

/** `FaceRecognitionResults`, record `face#NNN`: one a face. */
export const FaceRecord = z.strictObject({
  image_id: z.string(),
  record: z.string().regex(/^face#\d{3}$/),
  face_index: z.int(),
  timestamp: z.iso.datetime(),
  sequencer: z.string(),
  etag: z.string(),
  execution_arn: z.string(),
  status: FaceStatus,
  reason: FaceReason,
  source: z.enum(['machine', 'manual', 'propagated']),
  confidence: Percent,
  bounding_box: BoundingBox,
  emotions: z.array(Emotion),
  crop_key: z.string(),
  face_id: FaceId.optional(),
  person_id: PersonId.optional(),
  person: z.string().optional(),
  similarity: Percent.optional(),
  /** The best candidate below the threshold. */
  candidate: Candidate.optional(),
  runner_up: Candidate.optional(),
  model_version: z.string().optional(),
});
export type FaceRecord = z.infer<typeof FaceRecord>;

/** `FaceRecognitionPeople`, record `person`. */
export const PersonRecord = z.strictObject({
  person_id: PersonId,
  record: z.literal('person'),
  name: z.string(),
  created_at: z.iso.datetime(),
});
export type PersonRecord = z.infer<typeof PersonRecord>;

/** `FaceRecognitionPeople`, record `face#<face id>`: one enrolled face. */
export const EnrolledFaceRecord = z.strictObject({
  person_id: PersonId,
  record: z.string().startsWith('face#'),
  face_id: FaceId,
  bucket: z.string(),
  key: z.string(),
  version_id: z.string().optional(),
  sha256: z.string(),
  confidence: Percent,
  bounding_box: BoundingBox,
  model_version: z.string(),
  timestamp: z.iso.datetime(),
});
export type EnrolledFaceRecord = z.infer<typeof EnrolledFaceRecord>;

export const EnrolmentStatus = z.enum(['PROCESSING', 'ENROLLED', 'REFUSED', 'FAILED']);
export type EnrolmentStatus = z.infer<typeof EnrolmentStatus>;

/** `FaceRecognitionPeople`, record `enrolment#<hash of the key>`: how one enrolment photo fared. */
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
