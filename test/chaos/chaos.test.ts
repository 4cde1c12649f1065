import { expect, test } from 'vitest';
import { chaos } from './chaos.ts';

// `npm run chaos` kills a hundred times, at other moments each time.
test('an account killed under load loses nothing, doubles nothing and corrupts nothing', async () => {
  const { lost, doubled, corrupt, uploads } = await chaos({ kills: 3, seed: 3, pauseMs: 100 });
  expect({ lost, doubled, corrupt }).toStrictEqual({ lost: [], doubled: [], corrupt: [] });
  expect(uploads).toBeGreaterThan(0);
}, 120_000);
