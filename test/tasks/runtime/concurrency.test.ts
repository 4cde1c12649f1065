import { expect, test } from 'vitest';
import { mapConcurrently } from '../../../tasks/runtime/concurrency.ts';

test('results are in the order of the items, and no more than allowed are under way at once', async () => {
  let [underWay, most] = [0, 0];
  const doubled = await mapConcurrently([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
    underWay += 1;
    most = Math.max(most, underWay);
    for (let turn = 0; turn < 8 - item; turn += 1) await Promise.resolve();
    underWay -= 1;
    return item * 2;
  });
  expect(doubled).toStrictEqual([2, 4, 6, 8, 10, 12, 14]);
  expect(most).toBe(3);
});

test('nothing gives nothing', async () => {
  expect(await mapConcurrently([], 3, async () => 'never')).toStrictEqual([]);
});

test('after a failure nothing is started any more, and what is under way ends before the failure is thrown', async () => {
  const other = Promise.withResolvers<void>();
  const events: string[] = [];
  const mapped = mapConcurrently(['fails', 'goes on', 'waits'], 2, async (item) => {
    events.push(`${item} starts`);
    if (item === 'fails') throw new Error('No.');
    await other.promise;
    events.push(`${item} ends`);
  });
  setImmediate(other.resolve);
  await expect(mapped).rejects.toStrictEqual(new Error('No.'));
  expect(events).toStrictEqual(['fails starts', 'goes on starts', 'goes on ends']);
});
