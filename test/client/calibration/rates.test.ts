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

test('too few pairs for the wanted rate are said to be so', () => {
  expect(adviceOn(ratesAt(pairs, [80, 90]), { same: 4, other: 5 }, 0.01)).toStrictEqual([
    'For a false-match rate of 1 %: 90, with 0 false matches of 5 pairs.',
    'These pairs only show, with 95 % confidence, that the rate is at most 45 %. To show 1 % takes 299 pairs without a false match.',
    'It misses 2 of 4 pairs of one person; with 95 % confidence at most 90 %.',
    'It rests on 5 pairs of two people and 4 of one. Pairs that share a face are not independent, so the limits are rather too good.',
  ]);
  expect(adviceOn([], { same: 1, other: 0 }, 0.01)[0]).toBe('There are no two people to compare: enrol more.');
});
