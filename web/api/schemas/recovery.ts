import { z } from '@hono/zod-openapi';

const DeadLetter = z
  .object({
    /** The key of the object, or the execution, that the event is about. */
    subject: z.string(),
    time: z.string(),
    /** Why it could not be delivered. */
    reason: z.string(),
  })
  .openapi('DeadLetter');

export const DeadLetters = z
  .object({
    items: z.array(DeadLetter),
    /** Whether there may be more than these. */
    more: z.boolean(),
  })
  .openapi('DeadLetters');

export const PutBack = z
  .object({
    items: z.array(
      z.object({
        subject: z.string(),
        /** Otherwise it stays where it is. */
        put_back: z.boolean(),
        result: z.string(),
      }),
    ),
    /** Whether there may be more: send it again. */
    more: z.boolean(),
  })
  .openapi('PutBack');
