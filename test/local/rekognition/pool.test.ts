import { expect, test } from 'vitest';
import { EnginePool } from '../../../local/rekognition/engine/pool.ts';

const job = (first: number) =>
  ({ picture: Uint8Array.of(first), find: 'all', attributes: false, descriptors: false }) as const;
const script = (name: string) => new URL(name, import.meta.url);

test('when an engine dies its job fails, and its replacement does the others', async () => {
  const pool = new EnginePool(1, script('./crashing-engine.ts'));
  try {
    const results = await Promise.allSettled([1, 13, 2, 13, 3].map((first) => pool.analyze(job(first))));
    expect(results.map((each) => (each.status === 'fulfilled' ? each.value.width : String(each.reason)))).toStrictEqual(
      [1, 'Error: The face engine stopped (exit 13).', 2, 'Error: The face engine stopped (exit 13).', 3],
    );
  } finally {
    await pool.close();
  }
});

test('jobs start in order, on all engines', async () => {
  const pool = new EnginePool(2, script('./crashing-engine.ts'));
  try {
    await pool.ready;
    const done: number[] = [];
    const jobs = [1, 2, 3, 4, 5, 6].map(async (first) => done.push((await pool.analyze(job(first))).width));
    await Promise.all(jobs);
    expect(done.toSorted()).toStrictEqual([1, 2, 3, 4, 5, 6]);
  } finally {
    await pool.close();
  }
});

test('an engine that never starts fails the waiting jobs, and is not restarted endlessly', async () => {
  const pool = new EnginePool(1, script('./broken-engine.ts'));
  const waiting = pool.analyze(job(1));
  await expect(waiting).rejects.toThrow('The face engine stopped (exit 1).');
  await expect(pool.ready).rejects.toThrow('The face engine stopped (exit 1).');
  await expect(pool.analyze(job(1))).rejects.toThrow('The face engine stopped (exit 1).');
  await pool.close();
});

test('a closed pool fails the waiting jobs', async () => {
  const pool = new EnginePool(1, script('./crashing-engine.ts'));
  const waiting = pool.analyze(job(1));
  const closed = pool.close();
  await expect(waiting).rejects.toThrow('The face engine was closed.');
  await closed;
  await expect(pool.analyze(job(1))).rejects.toThrow('The face engine is closed.');
});
