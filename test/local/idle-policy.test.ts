import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { availableParallelism, getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { IdlePolicy } from '../../local/idle-policy.ts';
import { PolicySetter } from '../../local/policy-setter.ts';

const BACKGROUND = new URL('../../local/background.ts', import.meta.url).href;
/** A thread that goes last, and always has something to compute. */
const BUSY = `(await import(${JSON.stringify(BACKGROUND)})).goLast();
  (await import('node:worker_threads')).parentPort.postMessage('busy');
  for (;;);`;
const canSet = process.platform === 'linux' && getPriority() < 10 && spawnSync('chrt', ['--version']).status === 0;

/** A folder of programs with a shell and nothing else. */
const shellOnly = mkdtempSync(join(tmpdir(), 'shell-only-'));
symlinkSync('/bin/sh', join(shellOnly, 'sh'));

let worker: Worker;
const others: ChildProcess[] = [];
beforeAll(async () => {
  worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(BUSY)}`));
  await once(worker, 'message');
});
afterAll(async () => {
  for (const other of others) other.kill('SIGKILL');
  rmSync(shellOnly, { recursive: true });
  await worker.terminate();
});

/** Policy and priority of the threads of this process that have priority 10. */
function policies(): string[] {
  return readdirSync('/proc/self/task').flatMap((thread) => {
    const stat = readFileSync(`/proc/self/task/${thread}/stat`, 'utf8');
    if (stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16] !== '10') return [];
    return /SCHED_\w+/.exec(execFileSync('chrt', ['--pid', thread], { encoding: 'utf8' }))![0];
  });
}

test.runIf(canSet)(
  'threads that went last run in idle times, and have their priority where others leave them none',
  async () => {
    let now = 0;
    const policy = new IdlePolicy(() => now);
    await policy.adjust();
    expect(policies()).toStrictEqual(['SCHED_IDLE']);

    // Two for each core, so that wherever the thread goes, somebody is there.
    for (let n = 0; n < 2 * availableParallelism(); n += 1) others.push(spawn(process.execPath, ['-e', 'for (;;);']));
    for (let looks = 0; looks < 40 && policies()[0] === 'SCHED_IDLE'; looks += 1) {
      await sleep(700);
      await policy.adjust();
    }
    expect(policies()).toStrictEqual(['SCHED_OTHER']);

    for (const other of others.splice(0)) {
      other.kill('SIGKILL');
      await once(other, 'exit');
    }
    now += 5 * 60_000 - 1;
    await policy.adjust();
    expect(policies()).toStrictEqual(['SCHED_OTHER']);
    now += 1;
    await policy.adjust();
    expect(policies()).toStrictEqual(['SCHED_IDLE']);
    policy.close();
  },
);

test.runIf(process.platform === 'linux').each([
  ['chrt', { PATH: shellOnly }],
  ['a shell', { PATH: '/nowhere' }],
])('without %s, no policy can be set', async (_, env) => {
  vi.stubEnv('PATH', env.PATH);
  const setter = new PolicySetter();
  vi.unstubAllEnvs();
  const threads = [String(process.pid)];
  await expect(setter.set('--idle', threads)).rejects.toThrow('Policies of threads cannot be set here');
  await expect(setter.set('--idle', threads)).rejects.toThrow('Policies of threads cannot be set here');
  setter.close();
});
