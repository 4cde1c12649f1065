import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const CLI = join(import.meta.dirname, '../../cli/bin.mjs');
const ADDRESS = /^Dashboard: (\S+?)\/#token=(\S+)$/;

export interface Server {
  readonly url: string;
  readonly token: string;
  /** How long the start took, in milliseconds. */
  readonly startMs: number;
  stop(): Promise<void>;
  kill(): void;
}

/** `rollcall start`, as anybody starts it, on a data folder that is there. */
export async function startServer(dataDir: string): Promise<Server> {
  const began = performance.now();
  const options = ['--data', dataDir, '--watch', join(dataDir, 'watched'), '--no-samples'];
  const child = spawn(process.execPath, [CLI, 'start', ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [url, token] = await addressOf(child);
  return {
    url,
    token,
    startMs: performance.now() - began,
    kill: () => void child.kill('SIGKILL'),
    stop: async () => {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

async function addressOf(child: ChildProcess): Promise<[string, string]> {
  for await (const line of createInterface({ input: child.stdout! })) {
    const [, url, token] = ADDRESS.exec(line) ?? [];
    if (url && token) {
      // Whatever it prints later must not fill the pipe.
      child.stdout!.resume();
      return [url, token];
    }
  }
  throw new Error('The account ended before it printed the address of the dashboard.');
}
