import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { InputKind } from './inputs.ts';

/** Inputs are numbered: with the same seed, a number is always the same input. */
export interface InputRange {
  readonly seed: number;
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

export type FuzzMessage =
  | { readonly what: 'begin'; readonly index: number }
  | { readonly what: 'end'; readonly index: number; readonly outcome: string; readonly rss: number }
  | { readonly what: 'undeclared'; readonly index: number; readonly error: string };

export interface Report {
  /** How many inputs ended in each way. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Inputs that ended with an undeclared error or ended the process. */
  readonly crashes: readonly Fault[];
  readonly hangs: readonly Fault[];
  /** Most bytes that a process used. */
  readonly peak: number;
}

interface Fault {
  readonly index: number;
  readonly error: string;
}

/** Bytes: the memory of the function that reads photos (stacks/tasks.ts). */
export const MEMORY = 2048 * 2 ** 20;
/** Longer than any photo of this size takes on any machine. */
const LIMIT_MS = 20_000;
/** Six of ten inputs are pictures, because their decoders are written in C. */
const SHARES: readonly InputKind[] = [
  'picture',
  'picture',
  'picture',
  'picture',
  'picture',
  'picture',
  'event',
  'event',
  'key',
  'processed',
];

export const kindOf = (index: number): InputKind => SHARES[index % SHARES.length] ?? 'picture';

/** Runs all inputs in a process. When it ends or hangs, another one continues with the next input. */
export async function fuzz({ seed, from, to }: InputRange): Promise<Report> {
  const [crashes, hangs]: [Fault[], Fault[]] = [[], []];
  const outcomes: Record<string, number> = {};
  let peak = 0;
  for (let next = from; next < to;) {
    const batch = await runProcess({ seed, from: next, to }, (message) => {
      if (message.what === 'end') {
        outcomes[message.outcome] = (outcomes[message.outcome] ?? 0) + 1;
        peak = Math.max(peak, message.rss);
      } else if (message.what === 'undeclared') crashes.push({ index: message.index, error: message.error });
    });
    next = batch.next;
    if (batch.fatal) (batch.fatal.hung ? hangs : crashes).push(batch.fatal);
  }
  return { outcomes, crashes, hangs, peak };
}

/** Runs one process. Gives the input to continue with, and the one that ended the process, if one did. */
async function runProcess(
  batch: InputRange,
  receive: (message: FuzzMessage) => void,
): Promise<{ next: number; fatal?: Fault & { hung: boolean } }> {
  const child = fork(new URL('process.ts', import.meta.url), [JSON.stringify(batch)], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    // The tasks' metrics need these, and are not kept.
    env: { ...process.env, POWERTOOLS_METRICS_NAMESPACE: 'fuzz', POWERTOOLS_SERVICE_NAME: 'fuzz' },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  let [begun, ended, hung] = [batch.from - 1, batch.from - 1, false];
  let clock: NodeJS.Timeout | undefined;
  child.on('message', (message: FuzzMessage) => {
    clearTimeout(clock);
    if (message.what === 'begin') {
      begun = message.index;
      clock = setTimeout(() => (hung = child.kill('SIGKILL')), LIMIT_MS);
    } else {
      ended = message.index;
      receive(message);
    }
  });
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  clearTimeout(clock);
  const why = hung ? `over ${LIMIT_MS} ms` : `the process ended (${signal ?? code})`;
  if (begun > ended) return { next: begun + 1, fatal: { index: begun, error: why, hung } };
  if (ended + 1 < batch.to) throw new Error(`Between inputs ${why}.`);
  return { next: batch.to };
}
