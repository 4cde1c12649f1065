import { part, type Store } from './store.ts';

/**
 * Growing hexadecimal numbers of one length. Their first digits count the starts of this sequence, so no number
 * comes twice though the count itself is kept in memory, and none depends on the clock.
 */
export async function openSequence(store: Store, name: string): Promise<() => string> {
  const starts = part<number>(store, 'starts');
  const start = ((await starts.get(name)) ?? 0) + 1;
  await starts.put(name, start);
  let count = 0;
  return () => hex(start, 6) + hex(++count, 12);
}

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0');
}
