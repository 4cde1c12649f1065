import * as z from 'zod';
import { Slot } from './pacing.ts';

export const PersonId = z
  .string()
  .regex(/^p_[0-9a-f]{24}$/)
  .brand('PersonId');
export type PersonId = z.infer<typeof PersonId>;

/** Rekognition's ids are UUIDs of no particular version. */
export const FaceId = z.guid();

/** Ratios of the upright picture's width and height, clamped to the picture. */
export const BoundingBox = z.strictObject({
  left: z.number().min(0).max(1),
  top: z.number().min(0).max(1),
  width: z.number().min(0).max(1),
  height: z.number().min(0).max(1),
});
export type BoundingBox = z.infer<typeof BoundingBox>;

export const Percent = z.number().min(0).max(100);

/** Rekognition computes with 32-bit floats: 100 can arrive as 100.00000762939453. */
export const percent = (value = 0) => Math.min(100, Math.max(0, value));

export const Emotion = z.strictObject({ type: z.string().min(1), confidence: Percent });
export type Emotion = z.infer<typeof Emotion>;

/** What the states hand on of a face. Rekognition's whole answer stays in `work/`. */
export const DetectedFace = z.strictObject({
  /** Faces are numbered from 0, the largest first. */
  index: z.int().min(0).max(99),
  confidence: Percent,
  bounding_box: BoundingBox,
  /** The three strongest. */
  emotions: z.array(Emotion).max(3),
  /** The slot of its search. Absent if none is needed, because it is too small or its answer is remembered. */
  search_at: Slot.optional(),
});
export type DetectedFace = z.infer<typeof DetectedFace>;

export const CroppedFace = DetectedFace.extend({
  crop_key: z.string().min(1),
  /** Shorter side of the face's box in the picture, in pixels. */
  pixels: z.int().min(0),
  /** The face's box within its crop, as ratios of the crop. */
  in_crop: BoundingBox,
});
export type CroppedFace = z.infer<typeof CroppedFace>;

export const FaceStatus = z.enum(['MATCHED', 'UNKNOWN', 'UNSEARCHABLE', 'STRANGER', 'NOT_A_FACE']);
export type FaceStatus = z.infer<typeof FaceStatus>;

export const FaceReason = z.enum([
  'SIMILARITY_ABOVE_THRESHOLD',
  'SIMILARITY_BELOW_THRESHOLD',
  'NO_CANDIDATE',
  'COLLECTION_EMPTY',
  'NO_USABLE_FACE_IN_CROP',
  'OTHER_FACE_IN_CROP',
  'FACE_TOO_SMALL',
  'DECIDED_BY_HAND',
  'PERSON_FORGOTTEN',
  /** Nobody was named for the face in the time that is set, or until it was forgotten with others. */
  'FACE_EXPIRED',
  /** A face that was drawn by hand. */
  'NOT_SEARCHED',
  /** Another face of the photo is more similar to the same person. */
  'PERSON_ALREADY_IN_PHOTO',
]);
export type FaceReason = z.infer<typeof FaceReason>;

export const Candidate = z.strictObject({
  /** Absent if users were searched. */
  face_id: FaceId.optional(),
  person_id: PersonId,
  similarity: Percent,
});
export type Candidate = z.infer<typeof Candidate>;

/** The outcome of one search. `best` is the match, or the best candidate below the threshold. */
export const FaceSearch = z.strictObject({
  status: FaceStatus,
  reason: FaceReason,
  best: Candidate.optional(),
  /** The most similar face of another person than `best`. */
  runner_up: Candidate.optional(),
  /** Face model of the collection. Absent where nothing was searched. */
  model_version: z.string().optional(),
});
export type FaceSearch = z.infer<typeof FaceSearch>;
