import { z } from '@hono/zod-openapi';

const File = z.strictObject({
  /** With its folder, if it is in one: `party/a.jpg`. */
  name: z.string().min(1).max(900),
  /** In bytes. */
  size: z.int().min(0).max(200_000_000),
  type: z.string().max(200),
});

export const NewUploads = z.strictObject({ files: z.array(File).min(1).max(500) }).openapi('NewUploads');

/** Where a file is to be sent, by PUT with these headers. */
export const Upload = z
  .object({ name: z.string(), image_id: z.string(), url: z.string(), headers: z.record(z.string(), z.string()) })
  .openapi('Upload');
export type Upload = z.infer<typeof Upload>;

export const Uploads = z.array(Upload);

export const NewEnrolments = z
  .strictObject({
    /** A name, or the id of a person. */
    name: z.string().min(1).max(1000),
    /** Somebody else than the person who has this name already. */
    new_person: z.boolean().default(false),
    /** Enrol the largest face of a photo with several. */
    largest: z.boolean().default(false),
    /** Enrol a face although it looks like somebody else who is enrolled. */
    force: z.boolean().default(false),
    files: z.array(File).min(1).max(100),
  })
  .openapi('NewEnrolments');

export const EnrolmentUploads = z.object({
  items: z.array(Upload.omit({ image_id: true }).extend({ key: z.string() })),
});

export const Enrolment = z
  .object({
    key: z.string(),
    name: z.string(),
    status: z.enum(['PROCESSING', 'ENROLLED', 'REFUSED', 'FAILED']),
    timestamp: z.string(),
    person_id: z.string(),
    reason: z.string().optional(),
    message: z.string().optional(),
    error: z.string().optional(),
    cause: z.string().optional(),
    execution_arn: z.string(),
  })
  .openapi('Enrolment');
export type Enrolment = z.infer<typeof Enrolment>;

export const Enrolments = z.object({ items: z.array(Enrolment), cursor: z.string().optional() }).openapi('Enrolments');
