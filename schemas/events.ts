import * as z from 'zod';
import { Lane } from './pacing.ts';

/** S3's limit. */
const MAX_KEY_BYTES = 1024;

/** A value that S3 returns and accepts in a header or a URL. */
const opaque = z.string().regex(/^[\x21-\x7e]{1,1024}$/);

/** `detail` of S3's "Object Created". The key is not URL-encoded, unlike in S3's own notifications. */
export const ObjectCreatedDetail = z.object({
  bucket: z.object({ name: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/) }),
  object: z.object({
    key: z
      .string()
      .min(1)
      .refine((key) => Buffer.byteLength(key) <= MAX_KEY_BYTES, `must be at most ${MAX_KEY_BYTES} bytes of UTF-8`)
      .refine((key) => key.isWellFormed(), 'must not have halves of characters'),
    size: z.int().min(0),
    etag: opaque,
    'version-id': opaque.optional(),
    /** Hexadecimal. Orders the events of one key, once two of them are padded to equal length. */
    sequencer: z.string().regex(/^[0-9a-fA-F]{1,40}$/),
  }),
  /** Not in S3's events: set by what starts executions in bulk. */
  lane: Lane.optional(),
});
export type ObjectCreatedDetail = z.infer<typeof ObjectCreatedDetail>;

/** The EventBridge event that starts a state machine for an object, as EventBridge delivers it. */
export const ObjectCreatedEvent = z.object({
  time: z.iso.datetime(),
  detail: ObjectCreatedDetail,
});
export type ObjectCreatedEvent = z.infer<typeof ObjectCreatedEvent>;

/** "Step Functions Execution Status Change" of an execution that failed, timed out or was aborted. */
export const ExecutionFailedEvent = z.object({
  time: z.iso.datetime(),
  detail: z.object({
    executionArn: z.string().min(1),
    stateMachineArn: z.string().min(1),
    status: z.enum(['FAILED', 'TIMED_OUT', 'ABORTED']),
    /** Absent when it was larger than an event may be. */
    input: z.string().nullish(),
    error: z.string().nullish(),
    cause: z.string().nullish(),
    /** In milliseconds since 1970. */
    startDate: z.number().nullish(),
    stopDate: z.number().nullish(),
  }),
});
export type ExecutionFailedEvent = z.infer<typeof ExecutionFailedEvent>;

/** The event that an EventBridge schedule sends. */
export const ScheduledEvent = z.object({ time: z.iso.datetime() });
export type ScheduledEvent = z.infer<typeof ScheduledEvent>;
