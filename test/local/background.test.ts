import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { getPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { expect, test, vi } from 'vitest';

/** `man 5 proc_pid_stat`: what follows the name, which can have spaces. */
const [NICE, POLICY] = [16, 38];
const SCHED_IDLE = '5';
const hasChrt = spawnSync('chrt', ['--version']).status === 0;

const BACKGROUND = new URL('../../local/background.ts', import.meta.url).href;
const CODE = `
  import { readFileSync } from 'node:fs';
  import { parentPort } from 'node:worker_threads';
  const { goLast } = await import(${JSON.stringify(BACKGROUND)});
  goLast();
  parentPort.on('message', () => parentPort.postMessage(readFileSync('/proc/thread-self/stat', 'utf8')));
`;

/** Only Linux has priorities of threads. */
test.runIf(process.platform === 'linux')('one thread goes last, and no other', async () => {
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(CODE)}`));
  const settings = async () => {
    worker.postMessage('', []);
    const [stat] = (await once(worker, 'message')) as [string];
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return [fields[NICE], fields[POLICY]];
  };
  await vi.waitFor(async () => expect(await settings()).toStrictEqual(['19', hasChrt ? SCHED_IDLE : '0']), 10_000);
  await worker.terminate();
  const another = new Worker('require("worker_threads").parentPort.postMessage(require("os").getPriority())', {
    eval: true,
  });
  expect(await once(another, 'message')).toStrictEqual([getPriority()]);
});
