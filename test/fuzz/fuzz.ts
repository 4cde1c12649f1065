import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { InputKind } from './inputs.ts';

/** Inputs have numbers: of one seed, a number always is the same input. */
export interface InputRange {
  readonly seed: number;
  readonly from: number;
  /** Without this one. */
  readonly to: number;
}

export type FuzzMessage =
  | { readonly what: 'begin'; readonly index: number }
  | { readonly what: 'end'; readonly index: number; readonly outcome: string; readonly rss: number }
  | { readonly what: 'undeclared'; readonly index: number; readonly error: string };

export interface Report {
  /** How many inputs ended how. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Ends that are not declared, and ends of the process: by the input's index. */
  readonly crashes: readonly Fault[];
  readonly hangs: readonly Fault[];
  /** Bytes that the process held at most. */
  readonly peak: number;
}

interface Fault {
  readonly index: number;
  readonly error: string;
}

/** Bytes: what the function that reads photos is given (stacks/tasks.ts). */
export const MEMORY = 2048 * 2 ** 20;
/** Longer than a task may take for any photo of this size, on any machine. */
const LIMIT_MS = 20_000;
/** Six of ten are pictures: their decoders are written in C. */
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

/** Feeds all inputs to a process, and to another one when it dies or hangs. */
export async function fuzz({ seed, from, to }: InputRange): Promise<Report> {
  const [crashes, hangs]: [Fault[], Fault[]] = [[], []];
  const outcomes: Record<string, number> = {};
  let peak = 0;
  for (let next = from; next < to;) {
    const meal = await runProcess({ seed, from: next, to }, (said) => {
      if (said.what === 'end') {
        outcomes[said.outcome] = (outcomes[said.outcome] ?? 0) + 1;
        peak = Math.max(peak, said.rss);
      } else if (said.what === 'undeclared') crashes.push({ index: said.index, error: said.error });
    });
    next = meal.next;
    if (meal.killer) (meal.killer.hung ? hangs : crashes).push(meal.killer);
  }
  return { outcomes, crashes, hangs, peak };
}

/** One process, as long as it lives: the input to go on with, and the one that killed it. */
async function runProcess(
  meal: InputRange,
  hear: (said: FuzzMessage) => void,
): Promise<{ next: number; killer?: Fault & { hung: boolean } }> {
  const child = fork(new URL('process.ts', import.meta.url), [JSON.stringify(meal)], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    // What the tasks count goes nowhere.
    env: { ...process.env, POWERTOOLS_METRICS_NAMESPACE: 'fuzz', POWERTOOLS_SERVICE_NAME: 'fuzz' },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  let [begun, ended, hung] = [meal.from - 1, meal.from - 1, false];
  let clock: NodeJS.Timeout | undefined;
  child.on('message', (said: FuzzMessage) => {
    clearTimeout(clock);
    if (said.what === 'begin') {
      begun = said.index;
      clock = setTimeout(() => (hung = child.kill('SIGKILL')), LIMIT_MS);
    } else {
      ended = said.index;
      hear(said);
    }
  });
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  clearTimeout(clock);
  const why = hung ? `over ${LIMIT_MS} ms` : `the process ended (${signal ?? code})`;
  if (begun > ended) return { next: begun + 1, killer: { index: begun, error: why, hung } };
  if (ended + 1 < meal.to) throw new Error(`Between inputs ${why}.`);
  return { next: meal.to };
}
