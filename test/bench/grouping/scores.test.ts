import { expect, test } from 'vitest';
import { scoresOf } from '../../../bench/grouping/scores.ts';

const people = new Map([
  ['a1', 'a'],
  ['a2', 'a'],
  ['a3', 'a'],
  ['b1', 'b'],
]);

test('groups that are right score 1', () => {
  expect(scoresOf(people, [['a1', 'a2', 'a3']])).toStrictEqual({
    fused: 0,
    split: 0,
    pairwise: { precision: 1, recall: 1, f: 1 },
    bcubed: { precision: 1, recall: 1, f: 1 },
  });
});

test('a group of two people lacks precision, and a person in two groups lacks recall', () => {
  expect(scoresOf(people, [['a1', 'a2', 'b1']])).toStrictEqual({
    fused: 2,
    split: 2,
    pairwise: { precision: 1 / 3, recall: 1 / 3, f: 1 / 3 },
    // a1 and a2: 2/3 each, b1: 1/3, a3: 1. Then a1 and a2: 2/3 each, a3: 1/3, b1: 1.
    bcubed: { precision: expect.closeTo(2 / 3), recall: expect.closeTo(2 / 3), f: expect.closeTo(2 / 3) },
  });
});

test('no groups at all fuse nobody and find nobody', () => {
  expect(scoresOf(people, [])).toStrictEqual({
    fused: 0,
    split: 3,
    pairwise: { precision: 1, recall: 0, f: 0 },
    bcubed: { precision: 1, recall: 0.5, f: expect.closeTo(2 / 3) },
  });
});
