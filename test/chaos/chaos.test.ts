import { expect, test } from 'vitest';
import { chaos } from './chaos.ts';
import { MACHINE_SCENARIOS, machineChaos } from './machines.ts';

// `npm run chaos` kills a hundred times, at other moments each time.
test('an account killed under load loses nothing, doubles nothing and corrupts nothing', async () => {
  const { lost, doubled, corrupt, uploads } = await chaos({ kills: 3, seed: 3, pauseMs: 100 });
  expect({ lost, doubled, corrupt }).toStrictEqual({ lost: [], doubled: [], corrupt: [] });
  expect(uploads).toBeGreaterThan(0);
}, 300_000);

test('decisions leave the same behind when the account is killed meanwhile', async () => {
  const scenarios = MACHINE_SCENARIOS.filter(({ name }) => name === 'a face is named, and one is drawn');
  const report = await machineChaos({ scenarios, kills: 2, seed: 3 });
  expect(report).toStrictEqual({ scenarios: 1, kills: 2, differing: [], problems: [] });
}, 300_000);
