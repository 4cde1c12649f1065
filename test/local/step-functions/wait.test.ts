import { expect, test } from 'vitest';
import { only, run } from './run.ts';

const now = Date.parse('2026-01-01T00:00:00Z');

test.for<[state: object, milliseconds: number]>([
  [{ Seconds: 90 }, 90_000],
  [{ SecondsPath: '$.seconds' }, 7000],
  [{ Timestamp: '2026-01-01T00:01:00Z' }, 60_000],
  [{ TimestampPath: '$.until' }, 3_600_000],
  [{ Timestamp: '2025-01-01T00:00:00Z' }, 0],
  [{ Seconds: 0 }, 0],
])('a Wait with %j waits %i ms and passes its input on', async ([state, milliseconds]) => {
  const waits: number[] = [];
  const input = { seconds: 7, until: '2026-01-01T01:00:00Z' };
  const { end } = await run(only({ Type: 'Wait', ...state }), input, {
    now: () => now,
    sleep: async (time) => void waits.push(time),
  });
  expect([waits, end]).toStrictEqual([[milliseconds], { status: 'SUCCEEDED', output: input }]);
});
