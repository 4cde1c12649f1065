import { Decision } from '../../schemas/decisions.ts';
import type { PersonId } from '../../schemas/faces.ts';
import { FaceRecord } from '../../schemas/records.ts';
import { runMachine } from '../deployment/execution.ts';
import { eachInIndex, queryIndex } from '../deployment/queries.ts';
import type { Target } from '../deployment/target.ts';
import { newBatch } from './decide.ts';

export interface Searched {
  /** What `undo` takes back. */
  readonly batch: string;
  readonly found: readonly Decision[];
}

/** Searches unknown faces of photos since then again, and names those of this person, or of everybody. */
export async function reRecognize(
  target: Target,
  signal: AbortSignal,
  { since = new Date(0), person_id = null }: { since?: Date | undefined; person_id?: PersonId | null },
): Promise<Searched> {
  const { batch, by, timestamp } = newBatch();
  const { bucket } = target.deployment;
  const input = { bucket, batch, by, timestamp, since: since.toISOString(), person_id };
  await runMachine(target, 're-recognize', input, signal);
  const ofBatch = { table: 'decisions', index: 'by-batch', value: batch, schema: Decision } as const;
  return { batch, found: await queryIndex(target, ofBatch) };
}

/** How many faces nobody is named for: as many searches. */
export async function countUnknown(target: Target, since?: Date): Promise<number> {
  let count = 0;
  const unknown = { table: 'results', index: 'by-status', value: 'UNKNOWN', schema: FaceRecord } as const;
  for await (const _ of eachInIndex(target, { ...unknown, period: { since } })) count += 1;
  return count;
}
