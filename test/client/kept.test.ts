import { setImmediate } from 'node:timers/promises';
import { beforeEach, expect, test } from 'vitest';
import { Kept } from '../../client/kept.ts';

let clock: number;
let asked: string[];
beforeEach(() => {
  clock = 0;
  asked = [];
});

const aKept = (over: { staleMs?: number; most?: number } = {}) =>
  new Kept<number>({ keptMs: 1000, now: () => new Date(clock), ...over });
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
  const kept = aKept({ most: 2 });
  await kept.get('a', seek('a'));
  kept.clear();
  for (const question of ['a', 'b', 'c', 'a']) await kept.get(question, seek(question));
  kept.clear((question) => question === 'c');
  for (const question of ['a', 'c']) await kept.get(question, seek(question));
  expect(asked).toStrictEqual(['a', 'a', 'b', 'c', 'a', 'c']);
});

test('an old answer is given while a new one is sought, up to its limit', async () => {
  const kept = aKept({ staleMs: 3000 });
  const answers = [await kept.get('a', seek('a'))];
  clock = 1500;
  // Sought once for both.
  answers.push(...(await Promise.all([kept.get('a', seek('a')), kept.get('a', seek('a'))])));
  await setImmediate();
  answers.push(await kept.get('a', seek('a')));
  clock = 1500 + 3000;
  answers.push(await kept.get('a', seek('a')));
  expect([answers, asked]).toStrictEqual([
    [1, 1, 1, 2, 3],
    ['a', 'a', 'a'],
  ]);
});

test('what fails or comes too late in the background changes nothing', async () => {
  const kept = aKept({ staleMs: 3000 });
  await kept.get('a', seek('a'));
  clock = 1500;
  await kept.get('a', () => Promise.reject(new Error('busy')));
  await setImmediate();
  const late = Promise.withResolvers<number>();
  expect(await kept.get('a', () => late.promise)).toBe(1);
  kept.clear();
  const fresh = await kept.get('a', seek('fresh'));
  late.resolve(99);
  await setImmediate();
  expect([fresh, await kept.get('a', seek('a'))]).toStrictEqual([2, 2]);
});

test('what took long to find is sought again in the background only after a longer time', async () => {
  const kept = aKept({ staleMs: 3000 });
  const seekLong = async () => {
    clock += 500;
    return asked.push('a');
  };
  const answers = [await kept.get('a', seekLong)];
  clock = 20 * 500 - 1;
  answers.push(await kept.get('a', seekLong));
  clock = 20 * 500;
  answers.push(await kept.get('a', seekLong));
  await setImmediate();
  answers.push(await kept.get('a', seekLong));
  expect(answers).toStrictEqual([1, 1, 2, 2]);
});

test('of many answers that are old, one is sought after the other, with rests after those that take long', async () => {
  const kept = aKept({ staleMs: 3000 });
  const questions = ['a', 'b', 'c', 'd'];
  for (const question of questions) await kept.get(question, seek(question));
  clock = 1500;
  const underWay: string[] = [];
  const slow = Promise.withResolvers<number>();
  const seekAnew = (question: string) => () => {
    underWay.push(question);
    return question === 'b' ? slow.promise : Promise.resolve(9);
  };
  for (const question of questions) await kept.get(question, seekAnew(question));
  await setImmediate();
  const before = [...underWay];
  clock += 1000;
  slow.resolve(9);
  await setImmediate();
  const answers = await Promise.all(questions.map((question) => kept.get(question, seekAnew(question))));
  // After that second, the rest is one of 19.
  expect([before, underWay, answers]).toStrictEqual([
    ['a', 'b'],
    ['a', 'b'],
    [9, 9, 3, 4],
  ]);
});
