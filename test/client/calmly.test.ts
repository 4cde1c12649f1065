import { expect, test } from 'vitest';
import { calmly } from '../../client/calmly.ts';

test('gives all that comes, in its order, and ends what it reads from when nobody reads on', async () => {
  const ended: string[] = [];
  async function* steps(name: string) {
    try {
      yield* [1, 2, 3];
    } finally {
      ended.push(name);
    }
  }
  const all = await Array.fromAsync(calmly(steps('all')));
  for await (const step of calmly(steps('some'))) if (step === 2) break;
  expect([all, ended]).toStrictEqual([
    [1, 2, 3],
    ['all', 'some'],
  ]);
});
