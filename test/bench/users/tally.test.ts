import { expect, test } from 'vitest';
import { tallyAt } from '../../../bench/users/tally.ts';

test('who is not enrolled is right without a name, and wrong with one', () => {
  const answers = [
    { expected: 'a', found: 'a', similarity: 90 },
    { expected: 'a', found: 'b', similarity: 90 },
    { expected: 'a', found: 'a', similarity: 70 },
    { expected: undefined, found: 'a', similarity: 70 },
    { expected: undefined, found: 'a', similarity: 85 },
  ];
  expect(tallyAt(answers, 80)).toStrictEqual({ right: 2, wrong: 2, missed: 1 });
});
