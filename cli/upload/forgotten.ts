import { stat } from 'node:fs/promises';
import type { Target } from '../../client/deployment/target.ts';
import { readTombstone } from '../../client/forgetting/person.ts';
import { printable } from '../../client/text.ts';
import { personOfKey, PREFIXES } from '../../schemas/keys.ts';
import type { Terminal } from '../terminal.ts';
import type { LocalFile } from './files.ts';

/**
 * Leaves out portraits that were saved before the person was forgotten: each start of the account would enrol the person
 * again. Says of each what to do. `name` is that of the object without `enroll/`.
 */
export async function withoutForgotten(
  { target, terminal }: { target: Target; terminal: Terminal },
  portraits: readonly LocalFile[],
): Promise<LocalFile[]> {
  const kept: LocalFile[] = [];
  for (const portrait of portraits) {
    // When it came into the folder, which may be long after the photo was taken.
    const saved = await stat(portrait.path).then(
      ({ ctimeMs }) => ctimeMs,
      () => Infinity,
    );
    if (!(await isForgotten(target, PREFIXES.enroll + portrait.name, saved))) kept.push(portrait);
    else
      terminal.note(
        `Passed over ${printable(portrait.path)}: the person was forgotten after it was saved. ` +
          'Delete it, or save it again to enrol the person again.',
      );
  }
  return kept;
}

/** Whether somebody was forgotten at or after a time, in ms, or is being forgotten. */
export async function isForgotten(target: Target, key: string, since = 0): Promise<boolean> {
  const person = personOfKey(key);
  const tombstone = person && (await readTombstone(target, person.person_id));
  if (!tombstone) return false;
  return tombstone.ended_at === undefined || since <= new Date(tombstone.ended_at).getTime();
}
