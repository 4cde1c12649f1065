import * as z from 'zod';
import { Percent } from './faces.ts';
import { FaceOutcome, PhotoOutcome, Rejection } from './outcomes.ts';

export const ProcessedFace = z.strictObject({
  /** Faces are numbered from 0, the largest first. */
  index: z.int(),
  ...FaceOutcome.shape,
  landmarks: z.array(z.strictObject({ type: z.string(), x: z.number(), y: z.number() })),
  pose: z.strictObject({ roll: z.number().optional(), yaw: z.number().optional(), pitch: z.number().optional() }),
  quality: z.strictObject({ brightness: z.number().optional(), sharpness: z.number().optional() }),
  age_range: z.strictObject({ low: z.int(), high: z.int() }).optional(),
  gender: z.strictObject({ value: z.string(), confidence: Percent }).optional(),
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
  timestamp: z.iso.datetime(),
  status: z.enum(['COMPLETED', 'NO_FACES', 'REJECTED']),
  ...Rejection.shape,
  ...PhotoOutcome.shape,
  faces: z.array(ProcessedFace),
});
export type Processed = z.infer<typeof Processed>;
