import { expect, test } from 'vitest';
import { fuzz, MEMORY } from './fuzz.ts';

// `npm run fuzz` has 10,000 of another seed each time.
test('mutated pictures, events, keys and JSON end in declared ways, within time and memory', async () => {
  const { outcomes, crashes, hangs, peak } = await fuzz({ seed: 1, from: 0, to: 300 });
  expect({ crashes, hangs }).toStrictEqual({ crashes: [], hangs: [] });
  expect(Object.values(outcomes).reduce((sum, count) => sum + count, 0)).toBe(300);
  expect(peak).toBeLessThan(MEMORY);
}, 120_000);
