/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A whole number from 0 up to the limit, exclusive. */
export const below = (limit: number, random: () => number) => Math.floor(random() * limit);

export function pick<T>(from: readonly [T, ...T[]], random: () => number): T {
  return from[below(from.length, random)] ?? from[0];
}
