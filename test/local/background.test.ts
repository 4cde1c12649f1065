import { once } from 'node:events';
import { getPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';

const BACKGROUND = new URL('../../local/background.ts', import.meta.url).href;
const priorityAfter = async (code: string) => {
  const tell = "(await import('node:worker_threads')).parentPort.postMessage((await import('node:os')).getPriority());";
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code + tell)}`));
  return (await once(worker, 'message'))[0] as unknown;
};

/** Only Linux has priorities of threads. */
test.runIf(process.platform === 'linux')('one thread goes last, and no other', async () => {
  const before = getPriority();
  expect(await priorityAfter(`(await import(${JSON.stringify(BACKGROUND)})).goLast();`)).toBe(Math.max(before, 10));
  expect([await priorityAfter(''), getPriority()]).toStrictEqual([before, before]);
});

test.runIf(process.platform === 'linux')('a thread that is behind already stays there', async () => {
  const lowest = `(await import('node:os')).setPriority(19);`;
  expect(await priorityAfter(`${lowest} (await import(${JSON.stringify(BACKGROUND)})).goLast();`)).toBe(19);
});
