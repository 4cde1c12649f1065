import { expect, test } from 'vitest';
import type { Forgetting } from '../../../schemas/forgetting.ts';
import { nextRound } from '../../../tasks/forgetting/rounds.ts';
import { failureOf } from '../../support/errors.ts';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const BEGUN: Forgetting = {
  receipt_id: '00000000-0000-4000-8000-000000000000',
  ids: [],
  photos: false,
  started_at: NOW.toISOString(),
  under_way: false,
  deciding: false,
};
const after = (round: number, left: number, of: Partial<Forgetting> = {}) =>
  nextRound({ ...BEGUN, ...of }, { round, removed: {}, checked: { photos: 3 }, left }, NOW);
const again = (round: number, wait_until: string) => ({ round, removed: {}, checked: {}, left: 0, wait_until });
const done = (round: number, left = 0) => ({ round, removed: {}, checked: { photos: 3 }, left });

test('with nothing under way and nothing left, one round is enough', () => {
  expect(after(1, 0)).toStrictEqual(done(1));
});

test('beside others there are three, and each waits until no task runs that began before the last', () => {
  const photos = { under_way: true };
  expect([after(1, 0, photos), after(2, 0, photos), after(3, 0, photos)]).toStrictEqual([
    again(2, '2026-03-01T12:01:40.000Z'),
    again(3, '2026-03-01T12:01:40.000Z'),
    done(3),
  ]);
  expect(after(1, 0, { under_way: true, deciding: true })).toStrictEqual(again(2, '2026-03-01T12:05:10.000Z'));
});

test('what is left is removed in another round at once, but not for ever', async () => {
  expect(after(1, 2)).toStrictEqual(again(2, NOW.toISOString()));
  expect(await failureOf(Promise.resolve().then(() => after(6, 2)))).toStrictEqual({
    name: 'NotForgotten',
    message:
      '2 rows, files or vectors still name the person after 6 rounds. Something writes them: stop it, and start the forgetting again.',
  });
});

test('a verification gives what it found', () => {
  expect(after(1, 2, { only_verify: true, under_way: true })).toStrictEqual(done(1, 2));
});
