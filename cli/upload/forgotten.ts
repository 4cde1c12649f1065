import { stat } from 'node:fs/promises';
import type { Target } from '../../client/deployment/target.ts';
import { readTombstone } from '../../client/forgetting/person.ts';
import { mapConcurrently } from '../../client/map-concurrently.ts';
import { printable } from '../../client/text.ts';
import { personOfKey, PREFIXES } from '../../schemas/keys.ts';
import type { Terminal } from '../terminal.ts';
import type { LocalFile } from './files.ts';

/** Concurrent queries: all files of the folder are new to each start. */
const CONCURRENCY = 16;

/**
 * Leaves out portraits that were saved before the person was forgotten: each start of the account would enrol the person
 * again. Says of each what to do. `name` is that of the object without `enroll/`.
 */
export async function withoutForgotten(
  { target, terminal }: { target: Target; terminal: Terminal },
  portraits: readonly LocalFile[],
): Promise<LocalFile[]> {
  const forgotten = await mapConcurrently(CONCURRENCY, portraits, async ({ path, name }) => {
    // When it came into the folder, which may be long after the photo was taken.
    const saved = await stat(path).then(
      ({ ctimeMs }) => ctimeMs,
      () => Infinity,
    );
    return isForgotten(target, PREFIXES.enroll + name, saved);
  });
  for (const { path } of portraits.filter((_, at) => forgotten[at])) {
    terminal.note(
      `Passed over ${printable(path)}: the person was forgotten after it was saved. ` +
        'Delete it, or save it again to enrol the person again.',
    );
  }
  return portraits.filter((_, at) => !forgotten[at]);
}

/** Whether somebody was forgotten at or after a time, in ms, or is being forgotten. */
export async function isForgotten(target: Target, key: string, since = 0): Promise<boolean> {
  const person = personOfKey(key);
  const tombstone = person && (await readTombstone(target, person.person_id));
  if (!tombstone) return false;
  return tombstone.ended_at === undefined || since <= new Date(tombstone.ended_at).getTime();
}
