import { Decision, type NewDecision } from '../../schemas/decisions.ts';
import { queryIndex } from '../deployment/queries.ts';
import type { Target } from '../deployment/target.ts';

/** What one act decided, in its order. Rows of one timestamp are in no order in an index. */
export async function readBatch(target: Target, value: string): Promise<Decision[]> {
  const rows = await queryIndex(target, { table: 'decisions', index: 'by-batch', value, schema: Decision });
  return rows.toSorted((a, b) => (a.entry < b.entry ? -1 : 1));
}

/** The decision that takes an entry back. */
export const undoing = ({ photo, entry, image_id, etag, bounding_box }: Decision): NewDecision => ({
  kind: 'UNDO',
  photo,
  undoes: entry,
  image_id,
  etag,
  bounding_box,
  source: 'manual',
});
