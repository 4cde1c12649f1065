import * as z from 'zod';
import { BoundingBox, Candidate, Emotion, FaceId, FaceReason, FaceStatus, Percent, PersonId } from './faces.ts';

export const ProcessedFace = z.strictObject({
  index: z.int(),
  status: FaceStatus,
  reason: FaceReason,
  source: z.enum(['machine', 'manual', 'propagated']),
  confidence: Percent,
  bounding_box: BoundingBox,
  landmarks: z.array(z.strictObject({ type: z.string(), x: z.number(), y: z.number() })),
  pose: z.strictObject({ roll: z.number().optional(), yaw: z.number().optional(), pitch: z.number().optional() }),
  quality: z.strictObject({ brightness: z.number().optional(), sharpness: z.number().optional() }),
  emotions: z.array(Emotion),
  age_range: z.strictObject({ low: z.int(), high: z.int() }).optional(),
  gender: z.strictObject({ value: z.string(), confidence: Percent }).optional(),
  crop_key: z.string(),
  face_id: FaceId.optional(),
  person_id: PersonId.optional(),
  person: z.string().optional(),
  similarity: Percent.optional(),
  candidate: Candidate.optional(),
  runner_up: Candidate.optional(),
});
export type ProcessedFace = z.infer<typeof ProcessedFace>;

/** `processed/<image>.json`, on one line, so that Athena reads it too. */
export const Processed = z.strictObject({
  image_id: z.string(),
  bucket: z.string(),
  key: z.string(),
  version_id: z.string().optional(),
  etag: z.string(),
  size: z.int(),
  /** Of the upright picture, in pixels. Absent where it could not be read. */
  width: z.int().optional(),
  height: z.int().optional(),
  /** The real format, whatever the name says. */
  format: z.string().optional(),
  /** SHA-256 of the object's bytes, in hexadecimal. */
  sha256: z.string().optional(),
  timestamp: z.iso.datetime(),
  processed_at: z.iso.datetime(),
  pipeline_version: z.string(),
  model_version: z.string().optional(),
  status: z.enum(['COMPLETED', 'NO_FACES', 'REJECTED']),
  reason: z.string().optional(),
  message: z.string().optional(),
  faces: z.array(ProcessedFace),
});
export type Processed = z.infer<typeof Processed>;
