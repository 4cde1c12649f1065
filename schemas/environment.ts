import * as z from 'zod';

const text = z.string().min(1);

/**
 * The variables of every function. The stack must set each one, and a task reads them through `env()`, with the type
 * given here.
 */
export const Environment = z.strictObject({
  BUCKET: text,
  RESULTS_TABLE: text,
  PEOPLE_TABLE: text,
  DECISIONS_TABLE: text,
  COLLECTION_ID: text,
  /** Of the faces that nobody is named for. */
  UNKNOWN_COLLECTION_ID: text,
  /** ARNs of the state machines that objects start, separated by commas. */
  OBJECT_MACHINES: text.transform((list) => list.split(',')),
  /** ARNs of the state machines that decide on faces and that objects do not start, separated by commas. */
  DECIDING_MACHINES: text.transform((list) => list.split(',')),
  /** Names of the dead-letter queues, separated by commas. */
  DEAD_LETTER_QUEUES: text.transform((list) => list.split(',')),
  /** How long CloudWatch keeps the functions' logs. */
  LOG_RETENTION_DAYS: z.coerce.number().positive(),
  /** Similarity from which a face is taken for a person, 0-100. */
  FACE_MATCH_THRESHOLD: z.coerce.number().min(0).max(100),
  /** What a face is compared with. */
  SEARCH_BY: z.enum(['faces', 'users']),
  /** Whether two faces of a photo may be the same person. */
  ALLOW_TWINS: z.stringbool(),
  /** Objects whose key goes on with this after `input/` or `enroll/` are kept from every paid call. */
  RECOGNITION_OFF_PREFIX: text,
  /** Shorter side of the smallest face that is searched, in pixels. */
  MIN_FACE_PIXELS: z.coerce.number().min(0),
  MIN_PORTRAIT_FACE_PIXELS: z.coerce.number().min(0),
  /** How fast the paid operations are called, in calls per second. */
  DETECT_FACES_PER_SECOND: z.coerce.number().positive(),
  SEARCH_FACES_PER_SECOND: z.coerce.number().positive(),
  COMPARE_FACES_PER_SECOND: z.coerce.number().positive(),
  INDEX_FACES_PER_SECOND: z.coerce.number().positive(),
  /** Of the package. Written into each result. */
  PIPELINE_VERSION: text,
});
export type Environment = z.infer<typeof Environment>;
export type Variable = keyof Environment;
