import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Kind } from './kinds.ts';

export interface Input {
  readonly index: number;
  readonly kind: Kind;
}

export interface Feed {
  readonly seed: number;
  readonly inputs: readonly Input[];
}

export type Said =
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

interface Fault extends Input {
  readonly error: string;
}

/** Longer than a task may take for any photo of this size, on any machine. */
const LIMIT_MS = 20_000;
/** Six of ten are pictures: their decoders are written in C. */
const SHARES: readonly Kind[] = [
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

export const inputsOf = (count: number): Input[] =>
  Array.from({ length: count }, (_, index) => ({ index, kind: SHARES[index % SHARES.length] ?? 'picture' }));

/** Feeds all inputs to a process, and to another one when it dies or hangs. */
export async function fuzz(seed: number, inputs: readonly Input[]): Promise<Report> {
  const [crashes, hangs]: [Fault[], Fault[]] = [[], []];
  const outcomes: Record<string, number> = {};
  let peak = 0;
  let left = inputs;
  while (left.length > 0) {
    const child = fork(
      new URL('process.ts', import.meta.url),
      [JSON.stringify({ seed, inputs: left } satisfies Feed)],
      {
        execArgv: ['--disable-warning=ExperimentalWarning'],
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      },
    );
    let current: Input | undefined;
    let done = 0;
    let hung = false;
    let clock: NodeJS.Timeout | undefined;
    child.on('message', (said: Said) => {
      clearTimeout(clock);
      if (said.what === 'begin') {
        current = left[done];
        clock = setTimeout(() => (hung = child.kill('SIGKILL')), LIMIT_MS);
        return;
      }
      if (said.what === 'end') {
        outcomes[said.outcome] = (outcomes[said.outcome] ?? 0) + 1;
        peak = Math.max(peak, said.rss);
      } else if (current) crashes.push({ ...current, error: said.error });
      current = undefined;
      done += 1;
    });
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    clearTimeout(clock);
    if (current) {
      const end = {
        ...(current as Input),
        error: hung ? `over ${LIMIT_MS} ms` : `the process ended (${signal ?? code})`,
      };
      (hung ? hangs : crashes).push(end);
      done += 1;
    } else if (done < left.length) throw new Error(`The process ended between inputs (${signal ?? code}).`);
    left = left.slice(done);
  }
  return { outcomes, crashes, hangs, peak };
}
