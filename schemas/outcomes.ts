import * as z from 'zod';
import { BoundingBox, Candidate, Emotion, FaceId, FaceReason, FaceStatus, Percent, PersonId } from './faces.ts';

// Plain objects: parsing a row or a JSON with one of these keeps just its fields.

/** Why a photo was rejected or an enrolment refused, and what to do about it. */
export const Rejection = z.object({
  reason: z.string().optional(),
  message: z.string().optional(),
});

/** How a photo ended: part of its row and of its JSON. A field that is added here is in both. */
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
  /** Of the collection. Absent where nothing was searched. */
  model_version: z.string().optional(),
});
export type PhotoOutcome = z.infer<typeof PhotoOutcome>;

/** How a face ended: part of its row and of the photo's JSON. A field that is added here is in both. */
export const FaceOutcome = z.object({
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
});
export type FaceOutcome = z.infer<typeof FaceOutcome>;
