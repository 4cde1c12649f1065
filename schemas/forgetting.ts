import * as z from 'zod';
import { PersonId } from './faces.ts';

/** What forgetting removes or changes. A receipt says how many of each. */
const RemovedKind = z.enum([
  /** Users in the collection, where users are searched. */
  'users',
  /** Faces in the collection. */
  'vectors',
  /** Vectors of faces that are not unknown any more, and what was found out about them, whoever they are. */
  'unknown_vectors',
  /** Versions of enrolment photos, and of what was made from them. */
  'portraits',
  /** Rows of FaceRecognitionPeople. */
  'people_rows',
  /** Faces that nobody was named for: without crop, search answer and measures from now on. */
  'unknown_faces',
  /** Rows of faces that were named for the person, now UNKNOWN. */
  'faces',
  /** Rows of other faces, in which the person was a candidate. */
  'candidates',
  /** Versions of crops. */
  'crops',
  /** JSON files that were written again without the person. */
  'results',
  /** Files in `work/` that named the person. */
  'work_files',
  /** Older versions of crops, results and work files, whoever is in them: nothing tells it any more. */
  'older_versions',
  'dead_letters',
  /** Entries of the ledger. */
  'decisions',
  /** Photos that were removed whole, because it was asked for. */
  'photos',
]);
export type RemovedKind = z.infer<typeof RemovedKind>;
const Counts = z.partialRecord(RemovedKind, z.int().min(0));

/** What was read back: each of these many was looked at, and none names the person. */
const CheckedKind = z.enum([
  'people_rows',
  'users',
  'vectors',
  'unknown_vectors',
  'photos',
  'decisions',
  'crops',
  'objects',
  'dead_letters',
]);
export type CheckedKind = z.infer<typeof CheckedKind>;
const Checked = z.partialRecord(CheckedKind, z.int().min(0));

/** Who is being forgotten. */
export const Forgetting = z.strictObject({
  receipt_id: z.guid(),
  /** All ids of the one person. None where only the receipt is known. */
  ids: z.array(PersonId).max(1000),
  /** The hashes of ids that are not known any more, from the tombstones of one receipt. */
  tombstones: z.array(z.string()).max(1000).optional(),
  /** Instead of a person, all faces of photos uploaded before then that nobody is named for. */
  unknown_before: z.iso.datetime().optional(),
  /** Whether nothing is removed, and everything only read back. */
  only_verify: z.literal(true).optional(),
  /** Whether the photos are removed that the person is in. */
  photos: z.boolean(),
  started_at: z.iso.datetime(),
  /** Whether photos, enrolments or decisions were under way then: their tasks may have read what is removed meanwhile. */
  under_way: z.boolean(),
  /** Whether decisions were, whose tasks run longer. */
  deciding: z.boolean(),
});
export type Forgetting = z.infer<typeof Forgetting>;

/** What is handed from one call to the next. */
export const ForgettingProgress = z.strictObject({
  /** Everything is removed and verified once a round. */
  round: z.int().min(1),
  removed: Counts,
  checked: Checked,
  /** What was found that should be gone. */
  left: z.int().min(0),
  /** Where the same task goes on. Absent once it is through. */
  cursor: z.string().optional(),
  /** When the next round begins. Absent if there is none. */
  wait_until: z.iso.datetime().optional(),
});
export type ForgettingProgress = z.infer<typeof ForgettingProgress>;

/** `receipts/<id>.json`: what was forgotten, without saying who. */
export const Receipt = z.strictObject({
  id: z.guid(),
  started_at: z.iso.datetime(),
  ended_at: z.iso.datetime(),
  rounds: z.int(),
  photos_removed: z.boolean(),
  /** With faces that nobody was named for: photos uploaded before then. */
  unknown_before: z.iso.datetime().optional(),
  removed: Counts,
  /** How many of each were read back at the end. None of them named the person. */
  checked: Checked,
  checked_how: z.string(),
  /** What cannot be removed, and when it is gone by itself. */
  remains: z.array(z.strictObject({ what: z.string(), until: z.iso.datetime() })),
  pipeline_version: z.string(),
  /** SHA-256 of the receipt without this field, as JSON on one line. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type Receipt = z.infer<typeof Receipt>;
