import { expect, it } from 'vitest';
import { TokenBucket } from '../../../bench/burst/token-bucket.ts';

it('lets a burst through, then as many calls as flow in', () => {
  const bucket = new TokenBucket(5, 5);
  const admitted = Array.from({ length: 30 }, (_, index) => bucket.take(1000 + index * 100));
  expect(admitted.filter(Boolean).length).toBe(5 + Math.floor(2.9 * 5));
});

it('saves up no more than its size', () => {
  const bucket = new TokenBucket(2, 100);
  bucket.take(0);
  expect([bucket.take(60_000), bucket.take(60_000), bucket.take(60_000)]).toStrictEqual([true, true, false]);
});

it('tells how long a call has to wait that nobody refuses', () => {
  const bucket = new TokenBucket(1, 4);
  expect([bucket.queue(0), bucket.queue(0), bucket.queue(0)]).toStrictEqual([0, 250, 500]);
});
