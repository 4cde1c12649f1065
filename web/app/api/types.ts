import type * as z from 'zod';
import type { NamedPerson } from '../../api/schemas/common.ts';
import type { GivenDecision } from '../../api/schemas/decisions.ts';
import type { Redriven as RedrivenAnswer } from '../../api/schemas/executions.ts';

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
export type Redriven = z.infer<typeof RedrivenAnswer>;
export interface GroupFace {
  image_id: string;
  index: number;
  crop: string | null;
}
export interface Suggestion extends NamedPerson {
  similarity: number;
  cover?: string | null;
}
export interface Group {
  group_id: string;
  count: number;
  faces: GroupFace[];
  suggestions: Suggestion[];
}
export interface Groups {
  groups: Group[];
  cursor?: string;
}
