import * as z from 'zod';
import { BoundingBox, FaceId, Percent, PersonId } from './faces.ts';

/**
 * What can be said of a face. `FACE` draws a box where none was found, and `UNDO` takes an entry back. `PORTRAIT` and
 * `NOT_PORTRAIT` are about an enrolment photo that changed hands: `image_id` is its key, of then and of before.
 */
export const DecisionKind = z.enum([
  'PERSON',
  'NOT_PERSON',
  'STRANGER',
  'NOT_A_FACE',
  'FACE',
  'UNDO',
  'PORTRAIT',
  'NOT_PORTRAIT',
]);
export type DecisionKind = z.infer<typeof DecisionKind>;

/** Entries about enrolment photos. A photo can have the same bytes. */
export const isOfPortrait = ({ kind }: { readonly kind: DecisionKind }) =>
  kind === 'PORTRAIT' || kind === 'NOT_PORTRAIT';

/** SHA-256 of a photo's bytes, in hexadecimal. */
const PhotoHash = z.string().regex(/^[0-9a-f]{64}$/);

const Said = z.strictObject({
  kind: DecisionKind,
  image_id: z.string().min(1),
  /** Of the version that was looked at. */
  etag: z.string(),
  /** Of the face, in the upright picture. Faces are told apart by their boxes, because a re-run can number them anew. */
  bounding_box: BoundingBox,
  /** With `PERSON` and `NOT_PERSON`, and with `FACE` if it is known who it is. */
  person_id: PersonId.optional(),
  /** With `UNDO`: the entry of the same photo that no longer holds. */
  undoes: z.string().optional(),
  /** `propagated`: found by a search after the photo was processed. What a person decides counts more. */
  source: z.enum(['manual', 'propagated']),
  /** With `propagated`: the enrolled face that was found, and how similar it is. */
  face_id: FaceId.optional(),
  similarity: Percent.optional(),
});

/**
 * `FaceRecognitionDecisions`: one entry of the ledger. Entries are only added. They belong to the photo's bytes, so
 * they hold for every version and every key that has the same bytes.
 */
export const Decision = Said.extend({
  photo: PhotoHash,
  /** `<timestamp>#<batch>#<position in the batch>`: later entries sort after earlier ones. */
  entry: z.string(),
  timestamp: z.iso.datetime(),
  /** Who decided, as the command or the API was told. */
  by: z.string(),
  /** What was decided by one act, and can be undone together. */
  batch: z.string(),
});
export type Decision = z.infer<typeof Decision>;

/** One decision of a batch that is to be recorded. */
export const NewDecision = Said.extend({
  /** Needed with `UNDO`, because the photo can be gone or replaced, and with enrolment photos. */
  photo: PhotoHash.optional(),
});
export type NewDecision = z.infer<typeof NewDecision>;

/**
 * A change of a person's row. The photos of the person are derived again, even if nothing changes. Taking back a merge
 * therefore names both people.
 */
export const PersonChange = z.strictObject({
  person_id: PersonId,
  /** Creates the person if there is none with this id. */
  name: z.string().min(1).max(200).optional(),
  new_name: z.string().min(1).max(200).optional(),
  /** Whom this person turned out to be. null takes that back. */
  merged_into: PersonId.nullable().optional(),
  /** The person's own threshold. null takes it back. */
  threshold: Percent.nullable().optional(),
});
export type PersonChange = z.infer<typeof PersonChange>;

/** An enrolment photo that turned out to show somebody else: it is enrolled under the new key, then removed. */
export const PortraitMove = z.strictObject({
  /** Whom it is enrolled for now. */
  person_id: PersonId,
  from: z.string().min(1),
  version_id: z.string().optional(),
  sequencer: z.string(),
  to: z.string().min(1),
});
export type PortraitMove = z.infer<typeof PortraitMove>;

export const BatchId = z.string().regex(/^[\w-]{1,64}$/);

/** `work/decisions/<batch>.json`: what the machine `decide` is to record and apply. */
export const Batch = z.strictObject({
  batch: BatchId,
  by: z.string().min(1).max(200),
  timestamp: z.iso.datetime(),
  people: z.array(PersonChange),
  /** The position in the batch of the first decision here, if the batch comes in several files. */
  first: z.int().min(0).optional(),
  decisions: z.array(NewDecision),
  /** Further photos whose outcomes may change. */
  photos: z.array(z.string()).optional(),
  /** Enrolment photos that change hands. */
  portraits: z.array(PortraitMove).optional(),
});
export type Batch = z.infer<typeof Batch>;

/** `work/decisions/<batch>.photos.json`: the photos whose rows and JSON follow from what was decided. */
export const AffectedPhotos = z.array(z.string());

/** A face as re-recognition lists it. */
export const UnknownFace = z.strictObject({
  image_id: z.string(),
  face_index: z.int(),
  etag: z.string(),
  crop_key: z.string(),
  bounding_box: BoundingBox,
  /** Whom a search has named. Absent if nobody is named. */
  person_id: PersonId.optional(),
});
export type UnknownFace = z.infer<typeof UnknownFace>;

export const UnknownFaces = z.array(UnknownFace);
