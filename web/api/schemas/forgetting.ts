import { z } from '@hono/zod-openapi';
import { ForgettingProgress, Receipt } from '../../../schemas/forgetting.ts';

const OlderThan = z.number().int().min(0).max(36_500);

export const NamelessQuery = z.object({
  /** In photos that were uploaded more days ago. */
  older_than_days: z.preprocess(Number, OlderThan),
});

export const ForgetNameless = z.strictObject({ older_than_days: OlderThan }).openapi('ForgetNameless');

/** What forgetting would be about. The photos stay, unless it is said otherwise. */
export const ForgettingPlan = z.object({ faces: z.int(), photos: z.int() }).openapi('ForgettingPlan');

export const Forgotten = z.object({ receipt: z.object(Receipt.shape) });

/** It goes on by itself: `/api/forgetting/{execution_arn}` tells the end. */
export const ForgettingUnderWay = z.object({ execution_arn: z.string() }).openapi('ForgettingUnderWay');
export type ForgettingUnderWay = z.infer<typeof ForgettingUnderWay>;

export const VerifyForgotten = z
  .strictObject({
    /** The name or the id of who was forgotten, or the receipt. */
    who: z.string().min(1).max(1000),
  })
  .openapi('VerifyForgotten');

export const VerifiedForgotten = z
  .object({
    /** How many of each kind were read. */
    checked: ForgettingProgress.shape.checked,
    /** How many of them tell of the person: there must be none. */
    left: z.int(),
  })
  .openapi('VerifiedForgotten');
