import { z } from '@hono/zod-openapi';
import { BatchId, Decision, PersonChange } from '../../../schemas/decisions.ts';
import { Box, ImageId } from './common.ts';

const OfFace = { image_id: ImageId, index: z.int().min(0).max(999) };
const Whom = {
  /** The id of a person. */
  person_id: PersonChange.shape.person_id.optional(),
  /** Or a name: of somebody who is known, otherwise of somebody new. */
  name: z.string().min(1).max(1000).optional(),
};

/** What is said of a face. */
export const GivenDecision = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('PERSON'), ...OfFace, ...Whom }),
  /** That it is not the person it was taken for, or not this person. */
  z.strictObject({ kind: z.literal('NOT_PERSON'), ...OfFace, person_id: PersonChange.shape.person_id.optional() }),
  z.strictObject({ kind: z.literal('STRANGER'), ...OfFace }),
  z.strictObject({ kind: z.literal('NOT_A_FACE'), ...OfFace }),
  /** A face where none was found. */
  z.strictObject({ kind: z.literal('FACE'), image_id: ImageId, bounding_box: Box, ...Whom }),
]);
export type GivenDecision = z.infer<typeof GivenDecision>;

export const Decide = z
  .strictObject({
    decisions: z.array(GivenDecision).min(1).max(10_000),
    /** Whether people are enrolled from the best of the faces that are named for them, at most five of a person. */
    enroll: z.boolean().default(true),
  })
  .openapi('Decide');

/** A portrait that could not be moved, and why. */
const Stayed = z.object({ key: z.string(), reason: z.string() });

/** What was done by one act, and can be taken back by this id. */
export const Decided = z
  .object({
    batch: BatchId,
    people: z.array(z.object({ person_id: z.string(), name: z.string() })),
    /** The keys of the portraits that were made of the faces. Enrolments tell how they fared. */
    portraits: z.array(z.string()).optional(),
    stayed: z.array(Stayed).optional(),
  })
  .openapi('Decided');
export type Decided = z.infer<typeof Decided>;

export const DecisionQuery = z.object({ photo: ImageId.optional(), batch: BatchId.optional() });

export const Decisions = z.object({ items: z.array(z.object(Decision.shape)) }).openapi('Decisions');
