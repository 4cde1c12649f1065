import type * as z from 'zod';
import type { Decided as DecidedAnswer, GivenDecision } from '../../api/schemas/decisions.ts';
import type { Redriven as RedrivenAnswer } from '../../api/schemas/executions.ts';
import type { TakenSidecars as TakenSidecarsAnswer } from '../../api/schemas/sidecars.ts';

/** A part of a list, and where it goes on. */
export interface Page<Item> {
  items: Item[];
  cursor?: string;
}
export interface Day {
  day: string;
  count: number;
}
export type NewDecision = z.input<typeof GivenDecision>;
/** What is said of a face, whichever it is. */
export type Said = OfFace<NewDecision>;
type OfFace<Decision> = Decision extends { index: number } ? Omit<Decision, 'image_id' | 'index'> : never;
export type Decided = z.infer<typeof DecidedAnswer>;
export type Redriven = z.infer<typeof RedrivenAnswer>;
export type TakenSidecars = z.infer<typeof TakenSidecarsAnswer>;
