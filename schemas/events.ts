import * as z from 'zod';

/** S3's limit. */
const MAX_KEY_BYTES = 1024;

/** What S3 gives and takes back in a header or an address. */
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
    /** Hexadecimal; orders the events of one key after padding to equal length. */
    sequencer: z.string().regex(/^[0-9a-fA-F]{1,40}$/),
  }),
});
export type ObjectCreatedDetail = z.infer<typeof ObjectCreatedDetail>;

/** What both machines are started with: the EventBridge event as it came. */
export const ObjectCreatedEvent = z.object({
  time: z.iso.datetime(),
  detail: ObjectCreatedDetail,
});
export type ObjectCreatedEvent = z.infer<typeof ObjectCreatedEvent>;

/** "Step Functions Execution Status Change" of an execution that ended badly. */
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
  }),
});
export type ExecutionFailedEvent = z.infer<typeof ExecutionFailedEvent>;

/** What a schedule of EventBridge sends. */
export const ScheduledEvent = z.object({ time: z.iso.datetime() });
export type ScheduledEvent = z.infer<typeof ScheduledEvent>;
