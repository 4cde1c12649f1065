import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { getPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { LAST } from './background.ts';

/** How often it looks, in milliseconds. */
const EVERY = 1000;
/** How long threads that got no time keep their priority, in milliseconds. */
const PAUSE = 5 * 60_000;
/** They got no time if all of them together waited so long, in milliseconds, and ran a small part of that. */
const STARVED = { waited: 500, ran: 0.1 };

const TASKS = '/proc/self/task';
/** Linux counts it as field 19 of a thread's `stat`, this is its place after the name: `man 5 proc`. */
const NICE = 16;
const NANOSECONDS = 1e6;

/**
 * Gives the threads that went last (`goLast`) Linux's policy for idle times: a thread that wakes up then runs at once,
 * where it would wait up to some milliseconds for one of them to be stopped. Beside other programs that use every core,
 * such a thread would get no time at all. Where that happens, they have their priority alone for five minutes.
 */
export class IdlePolicy {
  readonly #idle = new Set<string>();
  readonly #now: () => number;
  #ran = 0;
  #waited = 0;
  #pausedUntil = 0;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** To be called again and again. Rejects where policies cannot be set. */
  async adjust(): Promise<void> {
    const threads = await threadsThatWentLast();
    const { ran, waited } = await timesOf(threads);
    const [hasRun, hasWaited] = [ran - this.#ran, waited - this.#waited];
    [this.#ran, this.#waited] = [ran, waited];
    if (this.#now() < this.#pausedUntil) return;
    if (this.#idle.size > 0 && hasWaited > STARVED.waited && hasRun < STARVED.ran * hasWaited) {
      this.#pausedUntil = this.#now() + PAUSE;
      for (const thread of this.#idle) await setPolicy('--other', thread);
      this.#idle.clear();
      return;
    }
    for (const thread of threads) {
      if (this.#idle.has(thread)) continue;
      await setPolicy('--idle', thread);
      this.#idle.add(thread);
    }
  }
}

/**
 * Adjusts until it is stopped. Does nothing but on Linux, where the command `chrt` is missing, and where the whole
 * program was started with a low priority, by which no thread can be told apart.
 */
export function keepIdle(): () => void {
  if (process.platform !== 'linux' || getPriority() >= LAST) return () => {};
  const stop = new AbortController();
  void keepAdjusting(stop.signal);
  return () => stop.abort();
}

async function keepAdjusting(signal: AbortSignal): Promise<void> {
  const policy = new IdlePolicy();
  try {
    for (;;) {
      await sleep(EVERY, undefined, { signal, ref: false });
      await policy.adjust();
    }
  } catch {
    // It was stopped, or policies cannot be set here.
  }
}

async function threadsThatWentLast(): Promise<string[]> {
  const threads = await readdir(TASKS);
  const stats = await Promise.all(threads.map((thread) => lineOf(thread, 'stat')));
  return threads.filter((_, at) => afterName(stats[at]!).split(' ')[NICE] === String(LAST));
}

const afterName = (stat: string) => stat.slice(stat.lastIndexOf(')') + 2);

/** How long they have run, and waited for a core, in milliseconds. */
async function timesOf(threads: readonly string[]): Promise<{ ran: number; waited: number }> {
  const times = await Promise.all(threads.map(async (thread) => (await lineOf(thread, 'schedstat')).split(' ')));
  const sum = (at: number) => times.reduce((all, one) => all + Number(one[at] ?? 0) / NANOSECONDS, 0);
  return { ran: sum(0), waited: sum(1) };
}

/** Empty if the thread has ended. */
const lineOf = (thread: string, file: string): Promise<string> =>
  readFile(`${TASKS}/${thread}/${file}`, 'utf8').catch(() => '');

/** Node.js cannot do it. A thread that has ended is none of its errors. */
async function setPolicy(policy: '--idle' | '--other', thread: string): Promise<void> {
  await promisify(execFile)('chrt', [policy, '--pid', '0', thread]).catch((error: NodeJS.ErrnoException) => {
    if (typeof error.code === 'string') throw error;
  });
}
