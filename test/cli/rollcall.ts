import { spawn } from 'node:child_process';
import { once } from 'node:events';
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
