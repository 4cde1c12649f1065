import * as z from 'zod';
import { ObjectCreatedDetail } from './events.ts';
import { PersonId } from './faces.ts';
import { Lane } from './pacing.ts';

/** A version of an object that was uploaded, and the execution that works on it. */
export const UploadedObject = z.strictObject({
  bucket: z.string(),
  key: z.string(),
  version_id: z.string().optional(),
  etag: z.string(),
  size: z.int(),
  /** Padded, so that DynamoDB can compare two of them as strings. */
  sequencer: z.string(),
  /** When the object was created: the event's time. */
  timestamp: z.iso.datetime(),
  execution_arn: z.string().min(1),
});
export type UploadedObject = z.infer<typeof UploadedObject>;

/** An upright 8-bit sRGB JPEG or PNG that Rekognition takes: the object itself, or a copy in `work/`. */
export const Picture = z.strictObject({
  bucket: z.string(),
  key: z.string(),
  version_id: z.string().optional(),
  width: z.int(),
  height: z.int(),
  /** Of the uploaded object. */
  format: z.string(),
  sha256: z.string(),
});
export type Picture = z.infer<typeof Picture>;

export const Photo = UploadedObject.extend({
  image_id: z.string(),
  work_prefix: z.string(),
  picture: Picture,
  lane: Lane,
});
export type Photo = z.infer<typeof Photo>;

export const Enrolment = UploadedObject.extend({
  person_id: PersonId,
  name: z.string(),
  record: z.string(),
  work_prefix: z.string(),
  picture: Picture,
  /** Whether the largest of several faces is meant. */
  largest: z.boolean(),
  /** Whether it is enrolled even if it looks like somebody else. */
  force: z.boolean(),
});
export type Enrolment = z.infer<typeof Enrolment>;

/** The input of the first task of a machine that an object starts. */
export const ObjectExecution = z.strictObject({
  time: z.iso.datetime(),
  detail: ObjectCreatedDetail,
  execution_arn: z.string().min(1),
});
export type ObjectExecution = z.infer<typeof ObjectExecution>;

/** The same, with the error that Catch passes on. */
export const FailedObjectExecution = ObjectExecution.extend({
  error: z.strictObject({ Error: z.string(), Cause: z.string() }),
});

/**
 * Why there is nothing to do: this version is done, another execution works on it, a newer version was uploaded, or it
 * is the empty object by which consoles show a folder.
 */
export const Skipped = z.strictObject({
  proceed: z.literal(false),
  because: z.enum(['DONE', 'UNDER_WAY', 'SUPERSEDED', 'FOLDER']),
});
