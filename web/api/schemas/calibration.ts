import { z } from '@hono/zod-openapi';

const Rate = z
  .object({
    /** In per cent of similarity. */
    threshold: z.number(),
    /** Pairs of two people that would match, and pairs of one person that would not. */
    false_matches: z.int(),
    misses: z.int(),
  })
  .openapi('Rate');

export const CalibrationQuery = z.object({
  /** The share of pairs of two people that may match. */
  false_match: z.coerce.number().gt(0).lt(1).default(0.001),
});

export const Calibration = z
  .object({
    /** Faces that are compared: enrolled ones, and those in photos that were named by hand. */
    enrolled: z.int(),
    confirmed: z.int(),
    /** Searches that were not made yet, so that the pairs below are not all, and what they cost in US dollars. */
    searches: z.int(),
    dollars: z.number(),
    /** Pairs of one person, and of two. */
    pairs: z.object({ same: z.int(), other: z.int() }),
    /** The threshold of all people as it is set. */
    threshold: z.number(),
    false_match: z.number(),
    /** The lowest threshold that keeps to the wanted share. null if none does, or there are no two people to compare. */
    advice: Rate.extend({
      /** The share of false matches is at most this, with 95 % confidence. */
      false_match_limit: z.number(),
      /** The same of misses. null if nobody has two faces. */
      miss_limit: z.number().nullable(),
      /** Whether the pairs are enough to show the wanted share. If not, keep the threshold, or take a higher one. */
      is_shown: z.boolean(),
    }).nullable(),
    /** How many pairs without a false match it takes to show the wanted share. */
    pairs_needed: z.int(),
    table: z.array(Rate),
    /** The points of the curve, from 0 to 100 in steps of a half. */
    curve: z.array(Rate),
    /** Faces that would be named otherwise than they are, if they were uploaded again. */
    otherwise: z.object({
      /** Of so many, the newest with a name or without one. */
      faces: z.int(),
      /** When the oldest of them was uploaded. null if there are none. */
      since: z.string().nullable(),
      /** For the thresholds of the curve: how many would get a name, how many lose it, and in how many photos. */
      curve: z.array(z.object({ threshold: z.number(), gained: z.int(), lost: z.int(), photos: z.int() })),
    }),
  })
  .openapi('Calibration');
export type Calibration = z.infer<typeof Calibration>;
