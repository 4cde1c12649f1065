import { expect, test } from 'vitest';
import { Mutex } from '../../local/mutex.ts';

test('work runs one piece at a time and in order, also after work that failed', async () => {
  const mutex = new Mutex();
  const seen: string[] = [];
  const work = (name: string) => async () => {
    seen.push(`${name} starts`);
    await Promise.resolve();
    seen.push(`${name} ends`);
    if (name === 'a') throw new Error('broken');
  };
  const [a, b] = await Promise.allSettled([mutex.run(work('a')), mutex.run(work('b'))]);
  expect([a.status, b.status]).toStrictEqual(['rejected', 'fulfilled']);
  expect(seen).toStrictEqual(['a starts', 'a ends', 'b starts', 'b ends']);
});

test('work under another key does not wait, and idle waits for all', async () => {
  const mutex = new Mutex();
  const gate = Promise.withResolvers<void>();
  let isIdle = false;
  const first = mutex.run(() => gate.promise, 'first');
  const idle = mutex.idle().then(() => (isIdle = true));
  expect(await mutex.run(async () => 'done', 'second')).toBe('done');
  expect(isIdle).toBe(false);
  gate.resolve();
  await Promise.all([first, idle]);
  expect(isIdle).toBe(true);
});
