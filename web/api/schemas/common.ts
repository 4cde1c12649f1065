import { z } from '@hono/zod-openapi';
import { BoundingBox } from '../../../schemas/faces.ts';
import { unmarked } from './segment.ts';

/** RFC 9457: what went wrong, as `application/problem+json`. */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    /** What to do about it, in a sentence. */
    detail: z.string(),
    /** The path that was asked for. */
    instance: z.string(),
  })
  .openapi('Problem');
export type Problem = z.infer<typeof Problem>;

/** How many items of a list are given at most. */
export const MAX_LIMIT = 500;

/** Which part of a list is asked for. A page may have fewer items than the limit, even none, and still a cursor. */
export const Page = z.object({
  /** From the page before. */
  cursor: z.string().max(16_000).optional(),
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(50),
});

/** The id of a photo: its key without `input/`. */
export const ImageId = z.string().min(1).max(1024);

/** The same in a path: encoded as one segment. `.`, `..` and what begins with a slash come after one more slash. */
export const ImageIdSegment = z.string().min(1).max(1025).transform(unmarked);

/** An address of this API for `<img>`, which cannot send a token: it carries a signature. */
export const SignedAddress = z.string();

/** A time, or a day, which counts from its start or to its end. */
export const Time = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);

export const NamedPerson = z.object({ person_id: z.string(), name: z.string() }).openapi('NamedPerson');
export type NamedPerson = z.infer<typeof NamedPerson>;

export const Box = z.object(BoundingBox.shape).openapi('BoundingBox');
