import { part, type Store } from '../store.ts';

/**
 * Growing hexadecimal numbers of one length. Their first digits count the starts of this store, so no number
 * comes twice though the count itself is kept in memory, and none depends on the clock.
 */
export async function openSequence(store: Store): Promise<() => string> {
  const starts = part<number>(store, 's3-starts');
  const start = ((await starts.get('count')) ?? 0) + 1;
  await starts.put('count', start);
  let count = 0;
  return () => hex(start, 6) + hex(++count, 12);
}

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0');
}
