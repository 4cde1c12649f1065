import * as z from 'zod';
import { BatchId } from './decisions.ts';
import { BoundingBox, FaceId, Percent } from './faces.ts';

const AtFace = { image_id: z.string(), face_index: z.int(), crop_key: z.string() };

/** An unknown face that is to be grouped. */
export const GroupableFace = z.strictObject({
  ...AtFace,
  /** Its ExternalImageId in the collection of unknown faces. */
  id: z.string(),
  etag: z.string(),
  bounding_box: BoundingBox,
  /** Absent if it is not in the collection of unknown faces. */
  face_id: FaceId.optional(),
});
export type GroupableFace = z.infer<typeof GroupableFace>;
export const GroupableFaces = z.array(GroupableFace);

/** What became of a face that was to be indexed. */
export const IndexedUnknown = z.strictObject({
  run: BatchId,
  /** Absent if it was refused, or is not unknown any more. */
  face_id: FaceId.optional(),
  /** Whether it is too poor to be compared with others. */
  refused: z.boolean(),
});
export type IndexedUnknown = z.infer<typeof IndexedUnknown>;

/** The faces that are like one face, by the ids of their vectors, and how similar they are. */
const AlikeFaces = z.array(z.tuple([z.string(), Percent]));
export type AlikeFaces = z.infer<typeof AlikeFaces>;

/** The answer to the search for one face. */
export const ComparedUnknown = z.strictObject({
  /** Of the vector that was compared. */
  face_id: FaceId,
  alike: AlikeFaces,
});

/** `groups/comparisons.json`: what was paid for. Only faces that are unknown are kept in it. */
export const Comparisons = z.strictObject({
  /** Without a `face_id`: too poor to be compared. */
  faces: z.array(z.strictObject({ id: z.string(), face_id: FaceId.optional() })),
  /** Two positions in `faces`, and the similarity. */
  pairs: z.array(z.tuple([z.int(), z.int(), Percent])),
});
export type Comparisons = z.infer<typeof Comparisons>;

export const GroupId = z.string().regex(/^g_[0-9a-f]{8}$/);

export const GroupedFace = z.strictObject(AtFace);
export type GroupedFace = z.infer<typeof GroupedFace>;

/** `groups/unknown.json`: the unknown faces that are probably one person each, the largest group first. */
export const UnknownGroups = z.strictObject({
  grouped_at: z.iso.datetime(),
  /** How many unknown faces there were, and how many of them were too poor to be compared. */
  faces: z.int(),
  refused: z.int(),
  /** The time of the newest photo with one of the faces. Absent without faces. */
  newest: z.iso.datetime().optional(),
  groups: z.array(z.strictObject({ id: GroupId, faces: z.array(GroupedFace) })),
  /** Faces that are alike, too few for a group. */
  suggestions: z.array(z.array(GroupedFace)),
});
export type UnknownGroups = z.infer<typeof UnknownGroups>;
