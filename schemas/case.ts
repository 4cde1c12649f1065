import * as z from 'zod';

/** A picture that was read or written, by what it was: its pixels are nobody else's business. */
export const PictureReference = z.strictObject({
  sha256: z.string(),
  size: z.int(),
  /** `broken` has a header but not all of its pixels. */
  kind: z.enum(['picture', 'broken picture', 'no picture']),
  format: z.string().optional(),
  width: z.int().optional(),
  height: z.int().optional(),
  /** By EXIF, where it says so. */
  orientation: z.int().optional(),
});
export type PictureReference = z.infer<typeof PictureReference>;

const Json = z.record(z.string(), z.unknown());

/** One request to a service and its answer. */
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
  /** Which iteration of the Map around it. */
  item: z.int().optional(),
  result: z.unknown().optional(),
  error: z.strictObject({ name: z.string(), cause: z.string() }).optional(),
  /** Absent where nobody listened: the result or error then stands for them. */
  calls: z.array(RecordedCall).optional(),
});
export type RecordedTask = z.infer<typeof RecordedTask>;

/** An execution as it can be run again elsewhere: `rollcall record` writes it, test/replay runs it. */
export const Case = z.strictObject({
  /** Of the state machine, as the deployment names it. */
  machine: z.string(),
  input: Json,
  /** In the order in which they began. */
  tasks: z.array(RecordedTask),
  redrives: z.int(),
  end: z.strictObject({ status: z.string(), error: z.string().optional(), cause: z.string().optional() }),
  /** The states in order; of a Map, each iteration's after the other. */
  path: z.array(z.string()),
});
export type Case = z.infer<typeof Case>;
