import * as z from 'zod';

const byName = z.record(z.string(), z.string());

/**
 * The outputs of the stack: how the command line, the tests and people find what was deployed, in AWS or on a laptop.
 * The names are for scripts to rely on. An output is declared here alone; the stack that does not give it a value does
 * not compile.
 */
export const Deployment = z.object({
  region: z.string(),
  environment: z.string(),
  bucket: z.string(),
  results_table: z.string(),
  people_table: z.string(),
  decisions_table: z.string(),
  collection: z.string(),
  /** Of the faces that nobody is named for. */
  unknown_collection: z.string(),
  /** ARNs of the state machines, by name: `recognition`, `enroll-face`. */
  machines: byName,
  /** ARNs of the functions, by task. */
  functions: byName,
  /** URLs of the dead-letter queues, by what fills them: a state machine's trigger, or `failures`. */
  dead_letters: byName,
  dashboard: z.string(),
  /** How long `work/` is kept. An older execution cannot be redriven, because it needs what earlier states left there. */
  work_retention_days: z.coerce.number(),
  /** The lowest similarity of a match, in per cent. */
  face_match_threshold: z.coerce.number(),
  /** Whether `rollcall enroll` searches unknown faces again. Stacks of before do not say. */
  re_recognize_after_enroll: z.boolean().default(false),
  /** The settings that say how Rollcall works, by their names in rollcall.config.ts. Stacks of before do not say. */
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  /** Of the dashboard, unless the stack is without it. */
  dashboard_url: z.string().optional(),
  api_url: z.string().optional(),
  user_pool_id: z.string().optional(),
});
export type Deployment = z.infer<typeof Deployment>;
