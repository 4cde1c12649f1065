import * as z from 'zod';

/** Describes a picture that was read or written, without its pixels: a case must not show anybody. */
export const PictureReference = z.strictObject({
  sha256: z.string(),
  size: z.int(),
  /** `broken` has a header but not all of its pixels. */
  kind: z.enum(['picture', 'broken picture', 'no picture']),
  format: z.string().optional(),
  width: z.int().optional(),
  height: z.int().optional(),
  /** EXIF orientation, if present. */
  orientation: z.int().optional(),
});
export type PictureReference = z.infer<typeof PictureReference>;

const Json = z.record(z.string(), z.unknown());

/** A request to a service, and its answer. */
export const RecordedCall = z.strictObject({
  service: z.enum(['s3', 'dynamodb', 'rekognition', 'stepFunctions', 'sqs', 'events']),
  operation: z.string(),
  request: Json,
  answer: Json.optional(),
  error: z.strictObject({ name: z.string(), message: z.string() }).optional(),
});
export type RecordedCall = z.infer<typeof RecordedCall>;

/** One attempt of a task. */
export const RecordedTask = z.strictObject({
  state: z.string(),
  /** Index of the Map iteration. */
  item: z.int().optional(),
  result: z.unknown().optional(),
  error: z.strictObject({ name: z.string(), cause: z.string() }).optional(),
  /** Absent where calls were not recorded. A replay then uses the result or error instead. */
  calls: z.array(RecordedCall).optional(),
});
export type RecordedTask = z.infer<typeof RecordedTask>;

/** A recorded execution. `rollcall record` writes it, `rollcall replay` runs it again. */
export const Case = z.strictObject({
  /** Name of the state machine, as in the deployment's outputs. */
  machine: z.string(),
  input: Json,
  /** In the order in which they started. */
  tasks: z.array(RecordedTask),
  redrives: z.int(),
  end: z.strictObject({ status: z.string(), error: z.string().optional(), cause: z.string().optional() }),
  /** The states in the order they were entered, but the iterations of a Map one after the other. */
  path: z.array(z.string()),
});
export type Case = z.infer<typeof Case>;
