import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface ServerProcess {
  readonly url: string;
  /** `kill -9`; resolves when the process is gone. */
  kill(): Promise<void>;
}

/** Runs a script that serves a folder and prints its address as its first line. */
export async function startProcess(script: URL, folder: string): Promise<ServerProcess> {
  const child = spawn(process.execPath, [script.pathname, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const [url] = (await Promise.race([once(lines, 'line'), exited])) as [unknown];
  if (typeof url !== 'string' || !url.startsWith('http'))
    throw new Error(`${script.pathname} ended with ${String(url)}`);
  return {
    url,
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
