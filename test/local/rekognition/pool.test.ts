import { expect, test } from 'vitest';
import { EnginePool } from '../../../local/rekognition/engine/pool.ts';

const job = (first: number) =>
  ({ picture: Uint8Array.of(first), find: 'all', attributes: false, descriptors: false }) as const;
const script = (name: string) => new URL(name, import.meta.url);

test('an engine that dies fails the job it had, and the others are done by its successor', async () => {
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

test('jobs are done in the order they came, on as many engines as there are', async () => {
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

test('an engine that never starts says so to whoever waits for it, and is not started over and over', async () => {
  const pool = new EnginePool(1, script('./broken-engine.ts'));
  const waiting = pool.analyze(job(1));
  await expect(waiting).rejects.toThrow('The face engine stopped (exit 1).');
  await expect(pool.ready).rejects.toThrow('The face engine stopped (exit 1).');
  await expect(pool.analyze(job(1))).rejects.toThrow('The face engine stopped (exit 1).');
  await pool.close();
});

test('a closed pool fails what still waits', async () => {
  const pool = new EnginePool(1, script('./crashing-engine.ts'));
  const waiting = pool.analyze(job(1));
  const closed = pool.close();
  await expect(waiting).rejects.toThrow('The face engine was closed.');
  await closed;
  await expect(pool.analyze(job(1))).rejects.toThrow('The face engine is closed.');
});
