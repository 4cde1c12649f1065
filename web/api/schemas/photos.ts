import { z } from '@hono/zod-openapi';
import { FaceReason, FaceStatus } from '../../../schemas/faces.ts';
import { ProcessedFace } from '../../../schemas/processed.ts';
import { PhotoStatus } from '../../../schemas/records.ts';
import { Box, NamedPerson, Page, SignedAddress, Time } from './common.ts';

const severally = (value: unknown) => (value === undefined || Array.isArray(value) ? value : [value]);

/** Filters by what is in the faces. All of them hold for one face. */
const OfFaces = {
  /** The strongest emotion of the face, such as HAPPY. */
  emotion: z
    .string()
    .regex(/^[A-Z_]{1,40}$/)
    .optional(),
  /** Of the match, in per cent. */
  min_similarity: z.coerce.number().min(0).max(100).optional(),
};

const When = {
  /** Uploaded at this time or later. */
  from: Time.optional(),
  /** Uploaded at this time or earlier. */
  to: Time.optional(),
  order: z.enum(['asc', 'desc']).default('desc'),
};

export const PhotoQuery = Page.extend({
  /** An id. Several: who are in one photo together. */
  person: z.preprocess(severally, z.array(z.string().max(200)).max(10)).optional(),
  /** Of the photo, or of a face in it. */
  status: z.enum([...PhotoStatus.options, ...FaceStatus.options]).optional(),
  ...When,
  ...OfFaces,
  /** `people`: with the names of those who are in each photo, which takes a read a photo. */
  include: z.enum(['people']).optional(),
});
export type PhotoQuery = z.infer<typeof PhotoQuery>;

export const Photo = z
  .object({
    image_id: z.string(),
    key: z.string(),
    status: PhotoStatus,
    timestamp: z.string(),
    day: z.string(),
    /** In pixels, of the upright picture. Absent until it was read. */
    width: z.int().optional(),
    height: z.int().optional(),
    format: z.string().optional(),
    size: z.int(),
    face_count: z.int().optional(),
    matched_count: z.int().optional(),
    /** Why it was rejected, and what to do. */
    reason: z.string().optional(),
    message: z.string().optional(),
    /** How its execution failed. */
    error: z.string().optional(),
    cause: z.string().optional(),
    failed_state: z.string().optional(),
    execution_arn: z.string(),
    /** 480 pixels on the longer side. */
    thumbnail: SignedAddress,
    people: z.array(NamedPerson).optional(),
  })
  .openapi('Photo');
export type Photo = z.infer<typeof Photo>;

export const Photos = z.object({ items: z.array(Photo), cursor: z.string().optional() }).openapi('Photos');

const Resemblance = NamedPerson.extend({ similarity: z.number() });

export const Face = z
  .object({
    image_id: z.string(),
    index: z.int(),
    timestamp: z.string(),
    face_id: z.string().optional(),
    bounding_box: Box,
    status: FaceStatus,
    reason: FaceReason,
    source: z.enum(['machine', 'manual', 'propagated']),
    person: NamedPerson.optional(),
    similarity: z.number().optional(),
    /** Whom it is most like, below the threshold. */
    candidate: Resemblance.optional(),
    confidence: z.number(),
    emotions: z.array(z.object({ type: z.string(), confidence: z.number() })),
    /** null where it was removed with a person. */
    crop: SignedAddress.nullable(),
  })
  .openapi('Face');
export type Face = z.infer<typeof Face>;

/** Of a status, or of a person. */
export const FaceQuery = Page.extend({
  status: FaceStatus.optional(),
  /** An id. */
  person: z.string().max(200).optional(),
  ...When,
  ...OfFaces,
});
export type FaceQuery = z.infer<typeof FaceQuery>;

export const Faces = z.object({ items: z.array(Face), cursor: z.string().optional() }).openapi('Faces');

const { age_range, gender, quality, pose } = ProcessedFace.shape;

/** A face with what only the JSON of the photo tells, which is absent until that is written. */
export const FaceOfPhoto = Face.extend({
  age_range,
  gender,
  quality: quality.optional(),
  pose: pose.optional(),
  /** Why the face is named as it is, in sentences. */
  why: z.string(),
}).openapi('FaceOfPhoto');
export type FaceOfPhoto = z.infer<typeof FaceOfPhoto>;

export const PhotoWithFaces = Photo.extend({
  faces: z.array(FaceOfPhoto),
  /** 1080 pixels on the longer side. */
  picture: SignedAddress,
  /** 2160 pixels. */
  picture_large: SignedAddress,
  /** The processed JSON. null until it is written. */
  result: SignedAddress.nullable(),
}).openapi('PhotoWithFaces');
export type PhotoWithFaces = z.infer<typeof PhotoWithFaces>;

/** Days are in UTC, as the days of photos are. */
export const PhotoDays = z
  .object({ days: z.array(z.object({ day: z.string(), count: z.int() })) })
  .openapi('PhotoDays');
