import { Decision, isOfPortrait, type NewDecision } from '../../schemas/decisions.ts';
import { queryIndex } from '../deployment/queries.ts';
import type { Target } from '../deployment/target.ts';
import { NotFound } from '../failure.ts';
import type { Deciding } from '../people/change-people.ts';
import { movesBack, stayedOf, type Stayed } from '../people/portraits.ts';
import { printable } from '../text.ts';
import { decide } from './decide.ts';

export interface Undone {
  /** The act that takes the other one back. */
  readonly batch: string;
  readonly faces: readonly NewDecision[];
  /** How many portraits were to be moved back. */
  readonly portraits: number;
  /** Those that could not. */
  readonly stayed: readonly Stayed[];
}

/** What one act decided, in its order. Rows of one timestamp are in no order in an index. */
export async function readBatch(target: Target, value: string): Promise<Decision[]> {
  const rows = await queryIndex(target, { table: 'decisions', index: 'by-batch', value, schema: Decision });
  return rows.toSorted((a, b) => (a.entry < b.entry ? -1 : 1));
}

/** Takes back what one act decided. */
export async function undoBatch({ target, signal, name }: Deciding, batch: string): Promise<Undone> {
  const entries = await readBatch(target, batch);
  if (entries.length === 0) {
    throw new NotFound(`Nothing was decided under ${printable(batch)}. rollcall decisions lists what was.`);
  }
  const faces = entries.filter((entry) => !isOfPortrait(entry)).map(undoing);
  const moves = await movesBack(target, entries);
  const decisions = [...faces, ...moves.recognized, ...moves.decisions];
  const undone = await decide(target, signal, { people: [], decisions, portraits: [...moves.portraits] }, name);
  const portraits = entries.filter(({ kind }) => kind === 'PORTRAIT').length;
  return { batch: undone, faces, portraits, stayed: await stayedOf(target, moves) };
}

const undoing = ({ photo, entry, image_id, etag, bounding_box }: Decision): NewDecision => ({
  kind: 'UNDO',
  photo,
  undoes: entry,
  image_id,
  etag,
  bounding_box,
  source: 'manual',
});
