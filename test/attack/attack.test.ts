import { expect, test } from 'vitest';
import { attack } from './attack.ts';

// `npm run attack` tries more of everything.
test('nobody gets in without the key, and nothing leaves the account damaged', async () => {
  const force = { keys: 200, listings: 20, connections: 200, bodyMb: 40 };
  const { gotIn, damaged, count } = await attack({ force, blows: ['cut in half', 'changed in the middle'] });
  expect({ gotIn, damaged }).toStrictEqual({ gotIn: [], damaged: [] });
  expect(count).toBeGreaterThan(200);
}, 600_000);
