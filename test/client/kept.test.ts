import { beforeEach, expect, test } from 'vitest';
import { Kept } from '../../client/kept.ts';

let clock: number;
let asked: string[];
beforeEach(() => {
  clock = 0;
  asked = [];
});

const aKept = (most?: number) =>
  new Kept<number>({ keptMs: 1000, now: () => new Date(clock), ...(most !== undefined && { most }) });
const seek = (question: string) => async () => asked.push(question);

test('an answer is given again until its time is over, and once to all who wait for it', async () => {
  const kept = aKept();
  const answers = await Promise.all([kept.get('a', seek('a')), kept.get('a', seek('a')), kept.get('b', seek('b'))]);
  clock = 999;
  answers.push(await kept.get('a', seek('a')));
  clock = 1000;
  answers.push(await kept.get('a', seek('a')));
  expect([answers, asked]).toStrictEqual([
    [1, 1, 2, 1, 3],
    ['a', 'b', 'a'],
  ]);
});

test('a failure is not kept', async () => {
  const kept = aKept();
  const failed = kept.get('a', () => Promise.reject(new Error('busy')));
  await expect(failed).rejects.toThrow('busy');
  expect(await kept.get('a', seek('a'))).toBe(1);
});

test('what was kept is sought again after a change, and when too much is kept', async () => {
  const kept = aKept(2);
  await kept.get('a', seek('a'));
  kept.clear();
  for (const question of ['a', 'b', 'c', 'a']) await kept.get(question, seek(question));
  expect(asked).toStrictEqual(['a', 'a', 'b', 'c', 'a']);
});
