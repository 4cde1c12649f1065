import * as z from 'zod';
import { BoundingBox, Candidate, Emotion, FaceId, FaceReason, FaceStatus, Percent, PersonId } from './faces.ts';

// Not strict: parsing a row or a JSON file with one of these schemas picks its fields.

/** Why a photo was rejected or an enrolment refused, and what to do about it. */
export const Rejection = z.object({
  reason: z.string().optional(),
  message: z.string().optional(),
});

/** How a photo ended. The fields are part of its row and of its JSON file. */
export const PhotoOutcome = z.object({
  /** Of the upright picture, in pixels. Absent where it could not be read. */
  width: z.int().optional(),
  height: z.int().optional(),
  /** The real format, whatever the name says. */
  format: z.string().optional(),
  /** SHA-256 of the object's bytes, in hexadecimal. */
  sha256: z.string().optional(),
  processed_at: z.iso.datetime(),
  pipeline_version: z.string(),
  /** Face model of the collection. Absent where nothing was searched. */
  model_version: z.string().optional(),
});
export type PhotoOutcome = z.infer<typeof PhotoOutcome>;

/** How a face ended. The fields are part of its row and of the photo's JSON file. */
export const FaceOutcome = z.object({
  status: FaceStatus,
  reason: FaceReason,
  source: z.enum(['machine', 'manual', 'propagated']),
  confidence: Percent,
  bounding_box: BoundingBox,
  emotions: z.array(Emotion),
  /** Absent where the crop was removed with the person. */
  crop_key: z.string().optional(),
  face_id: FaceId.optional(),
  person_id: PersonId.optional(),
  person: z.string().optional(),
  similarity: Percent.optional(),
  /** The best candidate below the threshold. */
  candidate: Candidate.optional(),
  runner_up: Candidate.optional(),
});
export type FaceOutcome = z.infer<typeof FaceOutcome>;
