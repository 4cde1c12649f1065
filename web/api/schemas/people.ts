import { z } from '@hono/zod-openapi';
import { ImageId, NamedPerson, SignedAddress } from './common.ts';

export const PersonSummary = NamedPerson.extend({
  /** How many portraits are enrolled. */
  portraits: z.int(),
  photos: z.int(),
  last_seen: z.string().nullable(),
  /** The newest face. null if there is none yet. */
  cover: SignedAddress.nullable(),
  /** Who was merged into this person. */
  merged: z.array(NamedPerson),
}).openapi('PersonSummary');
export type PersonSummary = z.infer<typeof PersonSummary>;

export const People = z.object({ items: z.array(PersonSummary), cursor: z.string().optional() }).openapi('People');

export const Portrait = z
  .object({
    key: z.string().nullable(),
    face_id: z.string().nullable(),
    confidence: z.number().nullable(),
    brightness: z.number().nullable(),
    sharpness: z.number().nullable(),
    /** How far it is turned to the side, in degrees. */
    yaw: z.number().nullable(),
    /** null where the face has no portrait. */
    picture: SignedAddress.nullable(),
  })
  .openapi('Portrait');

export const Person = PersonSummary.omit({ portraits: true, photos: true })
  .extend({
    created_at: z.string(),
    /** From which similarity a face is taken for the person, in per cent. null where that of all people holds. */
    threshold: z.number().nullable(),
    portraits: z.array(Portrait),
    /** What would help to recognize the person better. */
    advice: z.string().nullable(),
    photo_count: z.int(),
    /** In how many photos together with whom, the most first. */
    seen_with: z.array(NamedPerson.extend({ photos: z.int() })),
    /** Photos a day. */
    timeline: z.array(z.object({ day: z.string(), count: z.int() })),
  })
  .openapi('Person');
export type Person = z.infer<typeof Person>;

/** A name as enrolments take it, in any script. */
export const NewName = z.strictObject({ name: z.string().min(1).max(1000) }).openapi('NewName');

/** The id, or the name, of who the person is. */
export const MergeInto = z.strictObject({ into: z.string().min(1).max(200) }).openapi('MergeInto');

/** In per cent. null takes the person's own threshold back. */
export const OwnThreshold = z
  .strictObject({ threshold: z.number().min(1).max(100).nullable() })
  .openapi('OwnThreshold');

/** Faces in photos, and portraits by their keys, that are of somebody else. */
export const SplitOff = z
  .strictObject({
    faces: z
      .array(z.strictObject({ image_id: ImageId, index: z.int().min(0).max(999) }))
      .max(1000)
      .default([]),
    portraits: z.array(z.string().min(1).max(1024)).max(100).default([]),
    /** A name or an id. */
    to: z.string().min(1).max(1000),
    /** Somebody else than the person who has this name already. */
    new_person: z.boolean().default(false),
  })
  .openapi('SplitOff');

export const Forget = z
  .strictObject({
    /** Also remove the photos that the person is in, whoever else is in them. */
    photos: z.boolean().default(false),
  })
  .openapi('Forget');
