import { expect, test } from 'vitest';
import { fuzz, inputsOf } from './fuzz.ts';

// `npm run fuzz` has 10,000 of another seed each time.
test('mutated pictures, events, keys and JSON end in declared ways, within time and memory', async () => {
  const inputs = inputsOf(300);
  const { outcomes, crashes, hangs, peak } = await fuzz(1, inputs);
  expect({ crashes, hangs }).toStrictEqual({ crashes: [], hangs: [] });
  expect(Object.values(outcomes).reduce((sum, count) => sum + count, 0)).toBe(inputs.length);
  // What the function that reads photos is given.
  expect(peak).toBeLessThan(2048 * 2 ** 20);
}, 120_000);
