import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Credentials } from '../../local/access-key.ts';
import type { Deployment } from '../../schemas/deployment.ts';

export interface AccountProcessOptions {
  readonly dataDir: string;
  readonly stackFolder: string;
  /** The folder of the caching engine. */
  readonly faces: string;
  /** Whether retries and waits are skipped. */
  readonly hurry?: boolean;
}

export interface RunningAccount {
  readonly url: string;
  readonly region: string;
  readonly credentials: Credentials;
  readonly deployment: Deployment;
}

/** Sent by the account's process. */
export type AccountMessage =
  | ({ readonly kind: 'open' } & RunningAccount)
  | { readonly kind: 'idle' }
  | { readonly kind: 'problem'; readonly text: string };

/** An account in a process of its own, which can be killed at any moment. */
export class KillableAccount {
  /** Rejects when the process ends before the account is open. */
  readonly open: Promise<RunningAccount>;
  readonly exited: Promise<void>;
  readonly problems: string[] = [];
  readonly #process: ChildProcess;
  readonly #opened = Promise.withResolvers<RunningAccount>();
  #idle = Promise.withResolvers<void>();

  constructor(options: AccountProcessOptions) {
    this.#process = fork(new URL('./account-process.ts', import.meta.url), [JSON.stringify(options)], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.open = this.#opened.promise;
    // They may be rejected while nothing awaits them.
    this.open.catch(() => {});
    this.#idle.promise.catch(() => {});
    this.#process.stderr?.on('data', (text: Buffer) => this.problems.push(text.toString()));
    this.#process.on('message', (message: AccountMessage) => this.#receive(message));
    this.exited = this.#exit();
  }

  /** Resolves when every event is delivered and every execution has ended. */
  idle(): Promise<void> {
    this.#idle = Promise.withResolvers<void>();
    this.#idle.promise.catch(() => {});
    this.#process.send('idle');
    return this.#idle.promise;
  }

  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.exited;
  }

  #receive(message: AccountMessage): void {
    if (message.kind === 'open') this.#opened.resolve(message);
    else if (message.kind === 'idle') this.#idle.resolve();
    else this.problems.push(message.text);
  }

  async #exit(): Promise<void> {
    const [code, signal] = (await once(this.#process, 'exit')) as [number | null, string | null];
    const error = new Error(`The account ended (${signal ?? code}). ${this.problems.join('\n')}`);
    this.#opened.reject(error);
    this.#idle.reject(error);
  }
}
