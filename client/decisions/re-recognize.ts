import { Decision } from '../../schemas/decisions.ts';
import type { PersonId } from '../../schemas/faces.ts';
import { runMachine, startMachine } from '../deployment/execution.ts';
import { countInIndex, queryIndex } from '../deployment/queries.ts';
import type { Target } from '../deployment/target.ts';
import { newBatch } from './decide.ts';

export interface Searched {
  /** What `undo` takes back. */
  readonly batch: string;
  readonly found: readonly Decision[];
}

/** Which unknown faces are searched, and whose names they may get. */
interface Wanted {
  /** Only of photos since then. */
  readonly since?: Date | undefined;
  /** Only this person. */
  readonly person_id?: PersonId | null;
}

function inputOf({ deployment }: Target, { since = new Date(0), person_id = null }: Wanted, name?: string) {
  const { batch, by, timestamp } = newBatch(name);
  return { bucket: deployment.bucket, batch, by, timestamp, since: since.toISOString(), person_id };
}

/** Starts to search unknown faces again, without waiting for the end. Gives the execution, and what `undo` takes back. */
export async function startReRecognition(
  target: Target,
  wanted: Wanted,
  name: string,
): Promise<{ batch: string; executionArn: string }> {
  const input = inputOf(target, wanted, name);
  return { batch: input.batch, executionArn: await startMachine(target, 're-recognize', input) };
}

/** Searches unknown faces again, and gives what was found. */
export async function reRecognize(target: Target, signal: AbortSignal, wanted: Wanted): Promise<Searched> {
  const input = inputOf(target, wanted);
  const { batch } = input;
  await runMachine(target, 're-recognize', input, signal);
  const ofBatch = { table: 'decisions', index: 'by-batch', value: batch, schema: Decision } as const;
  return { batch, found: await queryIndex(target, ofBatch) };
}

/** How many faces nobody is named for: as many searches. */
export const countUnknown = (target: Target, since?: Date): Promise<number> =>
  countInIndex(target, { table: 'results', index: 'by-status', value: 'UNKNOWN', period: { since } });
