import { Decision } from '../../schemas/decisions.ts';
import type { PersonId } from '../../schemas/faces.ts';
import { searchedAgain } from '../../schemas/re-recognition.ts';
import { runMachine, startMachine } from '../deployment/execution.ts';
import { countInIndex, queryIndex } from '../deployment/queries.ts';
import type { Target } from '../deployment/target.ts';
import { newBatch } from './decide.ts';

export interface Searched {
  /** What `undo` takes back. */
  readonly batch: string;
  readonly found: readonly Decision[];
}

/** Which faces are searched, and whose names they may get. */
interface Wanted {
  /** Only of photos since then. */
  readonly since?: Date | undefined;
  /** Only this person. */
  readonly person_id?: PersonId | null;
  /** Not also the faces that a search has named. */
  readonly unknownOnly?: boolean | undefined;
}

function inputOf(
  { deployment }: Target,
  { since = new Date(0), person_id = null, unknownOnly = false }: Wanted,
  name?: string,
) {
  const { batch, by, timestamp } = newBatch(name);
  return {
    bucket: deployment.bucket,
    batch,
    by,
    timestamp,
    since: since.toISOString(),
    person_id,
    unknown_only: unknownOnly,
  };
}

/** Starts to search faces again, without waiting for the end. Gives the execution, and what `undo` takes back. */
export async function startReRecognition(
  target: Target,
  wanted: Wanted,
  name: string,
): Promise<{ batch: string; executionArn: string }> {
  const input = inputOf(target, wanted, name);
  return { batch: input.batch, executionArn: await startMachine(target, 're-recognize', input) };
}

/** Searches faces again that were not decided by hand, and gives what was found. */
export async function reRecognize(target: Target, signal: AbortSignal, wanted: Wanted): Promise<Searched> {
  const input = inputOf(target, wanted);
  const { batch } = input;
  await runMachine(target, 're-recognize', input, signal);
  const ofBatch = { table: 'decisions', index: 'by-batch', value: batch, schema: Decision } as const;
  return { batch, found: await queryIndex(target, ofBatch) };
}

/** How many faces it would search at most: as many paid calls. Some of them were decided by hand since. */
export async function countSearches(target: Target, { since, unknownOnly = false }: Wanted): Promise<number> {
  const counts = searchedAgain(unknownOnly).map((value) =>
    countInIndex(target, { table: 'results', index: 'by-status', value, period: { since } }),
  );
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}
