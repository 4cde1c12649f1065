import { readdirSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { LAST } from './background.ts';
import { PolicySetter } from './policy-setter.ts';

/** How often it looks, in milliseconds. */
const EVERY = 1000;
/** How long threads that got no time keep their priority, in milliseconds. */
const PAUSE = 5 * 60_000;
/** They got no time if all of them together waited for so much of the time since the last look, and ran so little of it. */
const STARVED = { waited: 0.5, ran: 0.03 };

const TASKS = '/proc/self/task';
/** Places in a thread's `stat` after its name: fields 19 and 41 of `man 5 proc`. */
const [NICE, POLICY] = [16, 38];
const SCHED_IDLE = '5';
const NANOSECONDS = 1e6;

/**
 * Gives the threads that went last (`goLast`) Linux's policy for idle times: a thread that wakes up then runs at once,
 * where it would wait up to some milliseconds for one of them to be stopped. Beside other programs that use every core,
 * such a thread would get no time at all. Where that happens, they have their priority alone for five minutes.
 */
export class IdlePolicy {
  readonly #setter = new PolicySetter();
  readonly #now: () => number;
  #looked = performance.now();
  #times: ReadonlyMap<string, Times> = new Map();
  #pausedUntil = 0;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** To be called again and again. Rejects where policies cannot be set. */
  async adjust(): Promise<void> {
    if (this.#now() < this.#pausedUntil) return;
    const { idle, others } = threadsThatWentLast();
    const { time, ran, waited } = this.#sinceLastLook([...idle, ...others]);
    if (idle.length > 0 && waited > STARVED.waited * time && ran < STARVED.ran * time) {
      this.#pausedUntil = this.#now() + PAUSE;
      return this.#setter.set('--other', idle);
    }
    return this.#setter.set('--idle', others);
  }

  close(): void {
    this.#setter.close();
  }

  /** Of all threads that were there at the last look. */
  #sinceLastLook(threads: readonly string[]): Times & { readonly time: number } {
    const [before, looked] = [this.#times, this.#looked];
    this.#looked = performance.now();
    const now = threads.map((thread) => [thread, timesOf(thread)] as const);
    this.#times = new Map(now);
    const since = now.flatMap(([thread, { ran, waited }]) => {
      const last = before.get(thread);
      return last ? [{ ran: ran - last.ran, waited: waited - last.waited }] : [];
    });
    return {
      time: this.#looked - looked,
      ran: since.reduce((sum, { ran }) => sum + ran, 0),
      waited: since.reduce((sum, { waited }) => sum + waited, 0),
    };
  }
}

/** How long a thread has run, and waited for a core, in milliseconds. */
interface Times {
  readonly ran: number;
  readonly waited: number;
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
  } finally {
    policy.close();
  }
}

/** Those with the policy for idle times, and the others. */
function threadsThatWentLast(): { idle: string[]; others: string[] } {
  const [idle, others]: [string[], string[]] = [[], []];
  for (const thread of readdirSync(TASKS)) {
    const stat = lineOf(thread, 'stat');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[NICE] === String(LAST)) (fields[POLICY] === SCHED_IDLE ? idle : others).push(thread);
  }
  return { idle, others };
}

function timesOf(thread: string): Times {
  const [ran = 0, waited = 0] = lineOf(thread, 'schedstat')
    .split(' ')
    .map((time) => Number(time) / NANOSECONDS);
  return { ran, waited };
}

/**
 * Empty if the thread has ended. The kernel has the line at once: to read those of sixty threads takes 0.6 ms, and by
 * way of other threads 25 ms of processor time.
 */
function lineOf(thread: string, file: string): string {
  try {
    return readFileSync(`${TASKS}/${thread}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
