import { z } from '@hono/zod-openapi';
import { FaceStatus } from '../../../schemas/faces.ts';
import { NamedPerson, Time } from './common.ts';

const Counts = z.record(z.string(), z.int());

export const HourCounts = z
  .object({
    /** From 0 to 23, in UTC. */
    hour: z.int(),
    photos: z.int(),
    /** Faces by status. Of a status without faces there is none. */
    faces: z.partialRecord(FaceStatus, z.int()),
    /** Faces by the strongest emotion. */
    emotions: Counts,
    /** Faces by the id of the person, of who is in `people`. */
    people: Counts,
  })
  .openapi('HourCounts');
export type HourCounts = z.infer<typeof HourCounts>;

/** A range is read as a whole: at most a year. */
export const StatisticsQuery = z.object({ from: Time.optional(), to: Time.optional() });

export const Statistics = z
  .object({
    /** Days that have photos, the oldest first. */
    days: z.array(z.object({ day: z.string(), hours: z.array(HourCounts) })),
    /** Everybody who is in these photos, the most often first. */
    people: z.array(NamedPerson.extend({ faces: z.int() })),
  })
  .openapi('Statistics');
export type Statistics = z.infer<typeof Statistics>;
