import { z } from '@hono/zod-openapi';

export const Settings = z
  .object({
    region: z.string(),
    environment: z.string(),
    /** Whether it is the embedded account of a laptop. */
    is_local: z.boolean(),
    /** From which similarity a face is taken for a person, in per cent. */
    face_match_threshold: z.number(),
    /** How long an execution that failed can be redriven. */
    work_retention_days: z.number(),
    /** How many executions a second are redriven at most, so that their calls are not throttled again. */
    redrives_per_second: z.number(),
    /** All settings that say how it works, by their names in rollcall.config.ts. None where an older stack does not say. */
    settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  })
  .openapi('Settings');
export type Settings = z.infer<typeof Settings>;
