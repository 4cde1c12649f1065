import { expect, test } from 'vitest';
import { adviceOn } from '../../../cli/commands/calibrate.ts';
import { pairsNeeded, ratesAt, thresholdFor, upperLimit, type Pair } from '../../../client/calibration/rates.ts';

const pairs: Pair[] = [
  ...[99, 95, 80, 70].map((similarity) => ({ similarity, same: true })),
  ...[80, 40, 10, 0, 0].map((similarity) => ({ similarity, same: false })),
];

test('a pair at the threshold matches', () => {
  expect(ratesAt(pairs, [0, 80, 80.1, 99])).toStrictEqual([
    { threshold: 0, falseMatches: 5, misses: 0 },
    { threshold: 80, falseMatches: 1, misses: 1 },
    { threshold: 80.1, falseMatches: 0, misses: 2 },
    { threshold: 99, falseMatches: 0, misses: 3 },
  ]);
});

test('the lowest threshold that keeps to a rate is chosen', () => {
  const rates = ratesAt(pairs, [40, 80, 90]);
  expect([0.5, 0.2, 0.1].map((share) => thresholdFor(rates, 5, share)?.threshold)).toStrictEqual([40, 80, 90]);
  expect(thresholdFor(ratesAt(pairs, [40]), 5, 0.1)).toBeUndefined();
  expect(thresholdFor(rates, 0, 0.1)).toBeUndefined();
});

test('limits of confidence are those of the tables', () => {
  // Without a hit: 1 - 0.05^(1/n). With hits: Clopper and Pearson's one-sided limits.
  const rounded = (hits: number, all: number) => upperLimit(hits, all).toFixed(4);
  expect([rounded(0, 10), rounded(0, 3000), rounded(1, 10), rounded(5, 50), rounded(10, 10)]).toStrictEqual([
    '0.2589',
    '0.0010',
    '0.3942',
    '0.1988',
    '1.0000',
  ]);
  expect([pairsNeeded(0.01), pairsNeeded(0.001)]).toStrictEqual([299, 2995]);
});

test('too few pairs for the wanted rate are no reason to lower the threshold', () => {
  expect(adviceOn(ratesAt(pairs, [80, 90]), { same: 4, other: 5 }, 0.01, 80)).toStrictEqual([
    'These pairs are too few to choose a threshold for a false-match rate of 1 %. Keep 80, or a higher one.',
    'From 90 on: 0 false matches of 5 pairs; with 95 % confidence the rate is at most 45 %. To show 1 % takes 299 pairs without a false match.',
    'It rests on 5 pairs of two people and 4 of one. Pairs that share a face are not independent, so the limits are rather too good.',
  ]);
  expect(adviceOn(ratesAt(pairs, [80, 90]), { same: 4, other: 5 }, 0.5, 80)).toStrictEqual([
    'These pairs are too few to choose a threshold for a false-match rate of 50 %. Keep 80, or a higher one.',
    'From 80 on: 1 false match of 5 pairs; with 95 % confidence the rate is at most 66 %. To show 50 % takes 5 pairs without a false match.',
    'It rests on 5 pairs of two people and 4 of one. Pairs that share a face are not independent, so the limits are rather too good.',
  ]);
  expect(adviceOn([], { same: 1, other: 0 }, 0.01, 80)[0]).toBe('There are no two people to compare: enrol more.');
});

test('enough pairs give a threshold with its limits', () => {
  const many: Pair[] = Array.from({ length: 400 }, () => ({ similarity: 30, same: false }));
  expect(adviceOn(ratesAt([...pairs, ...many], [40, 90]), { same: 4, other: 405 }, 0.02, 80)).toStrictEqual([
    'For a false-match rate of 2 %: 40, with 2 false matches of 405 pairs; with 95 % confidence the rate is at most 1.5 %.',
    'It misses 0 of 4 pairs of one person; with 95 % confidence at most 53 %.',
    'It rests on 405 pairs of two people and 4 of one. Pairs that share a face are not independent, so the limits are rather too good.',
  ]);
});
