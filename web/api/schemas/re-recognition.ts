import { z } from '@hono/zod-openapi';
import { BatchId, PersonChange } from '../../../schemas/decisions.ts';
import { Time } from './common.ts';

export const ReRecognitionQuery = z.object({
  since: Time.optional(),
  /** Not also the faces that a search has named. */
  unknown_only: z.stringbool({ truthy: ['true'], falsy: ['false'] }).default(false),
});

/** Paid calls that something would take, and what they cost in US dollars in AWS. On a laptop they cost nothing. */
export const Costs = z.object({ calls: z.int(), dollars: z.number() });

export const ReRecognitionPlan = Costs.extend({
  /** Those that nobody is named for, or that a search has named. */
  faces: z.int(),
}).openapi('ReRecognitionPlan');

export const ReRecognize = z
  .strictObject({
    /** Only in photos uploaded at this time or later. */
    since: Time.optional(),
    /** Name only this person. */
    person_id: PersonChange.shape.person_id.optional(),
    /** Not also the faces that a search has named. */
    unknown_only: z.boolean().default(false),
  })
  .openapi('ReRecognize');

export const ReRecognition = z
  .object({
    /** What it finds is one act: `/api/decisions?batch=` lists it, and it can be undone as any other. */
    batch: BatchId,
    /** Can be followed. */
    execution_arn: z.string(),
  })
  .openapi('ReRecognition');
