import type { Decision } from '../../schemas/decisions.ts';
import { readLedger } from '../deployment/queries.ts';
import type { Target } from '../deployment/target.ts';

/** An entry and those that take it back, or that take that back again. They name nobody themselves. */
export async function withItsUndoing(target: Target, decision: Decision): Promise<Decision[]> {
  const related = [decision];
  const undos = (await readLedger(target, decision.photo)).filter(({ kind }) => kind === 'UNDO');
  // What is added is visited as well.
  for (const { entry } of related) related.push(...undos.filter(({ undoes }) => undoes === entry));
  return related;
}
