import { openSublevel, type Store } from './store.ts';

/**
 * Opens a sequence of growing hexadecimal numbers, all of one length. The first digits count how often the sequence was
 * opened, so no number is repeated although the counter is only in memory, and the numbers do not depend on the clock.
 */
export async function openSequence(store: Store, name: string): Promise<() => string> {
  const openings = openSublevel<number>(store, 'starts');
  const opening = ((await openings.get(name)) ?? 0) + 1;
  await openings.put(name, opening);
  let count = 0;
  return () => hex(opening, 6) + hex(++count, 12);
}

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0');
}
