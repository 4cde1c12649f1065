import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Options {
  readonly node?: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export const BIN = fileURLToPath(new URL('../../cli/bin.mjs', import.meta.url));

/** Starts `rollcall start` without the samples, with its data in `data`, and waits until it is ready. */
export async function startRollcall(cwd: string, args: readonly string[] = [], env: Options['env'] = {}) {
  const child = spawn(process.execPath, [BIN, 'start', '--no-samples', '--data', 'data', ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve) => {
    createInterface(child.stdout).on('line', (line) => {
      if (line.startsWith('Ctrl-C stops it')) resolve();
    });
  });
  return child;
}

/** The id of the batch that a command printed. */
export const batchIn = (text: string) => /rollcall undo (\S+)/.exec(text)?.[1] ?? '';

/** Runs the real command in a process of its own, its output in pipes. */
export async function rollcall(
  args: readonly string[],
  { node = process.execPath, cwd = process.cwd(), env = {} }: Options = {},
): Promise<Ended> {
  const child = spawn(node, [BIN, ...args], { cwd, env: { ...process.env, NO_COLOR: '1', ...env } });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => (output[name] += text));
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...output };
}
