import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { accountTarget, runningTarget, type Target, type TargetOptions } from '../client/deployment/target.ts';
import { Failure, messageOf } from '../client/failure.ts';
import type { Account } from '../local/account.ts';
import type { Terminal } from './terminal.ts';

/** Runs the work in the deployed account, or in the one of this data folder, which is started for it unless it runs. */
export const withAccount = <T>(options: TargetOptions, terminal: Terminal, work: Work<T>): Promise<T> =>
  runIn(options, terminal, work, {});

/** The same for commands about what was done before. They create no data folder and load no face models. */
export async function withExistingAccount<T>(options: TargetOptions, terminal: Terminal, work: Work<T>): Promise<T> {
  if (!options.aws && !existsSync(join(options.data, 'state'))) {
    throw new Failure(
      `There is no data in ${options.data}. Choose the folder with --data, or begin with: rollcall start --data ${options.data}`,
    );
  }
  return runIn(options, terminal, work, { lazyEngine: true });
}

type Work<T> = (target: Target) => Promise<T>;

async function runIn<T>(
  options: TargetOptions,
  terminal: Terminal,
  work: Work<T>,
  settings: AccountSettings,
): Promise<T> {
  const running = await runningTarget(options);
  if (running) return work(running);
  terminal.repaint?.('Starting …');
  const account = await openAccount(options.data, terminal, settings);
  try {
    return await work(accountTarget(account));
  } finally {
    await account.close();
  }
}

export interface AccountSettings {
  /** Default: any free port. */
  readonly port?: number;
  /** Loads the face models only when a picture has to be analyzed. */
  readonly lazyEngine?: boolean;
  /** Records every call of every task for `rollcall record`. */
  readonly record?: boolean;
}

/** Starts the embedded account. Its libraries are loaded on demand, because most commands do not need them. */
export async function openAccount(
  dataDir: string,
  terminal: Terminal,
  { port = 0, record = false, lazyEngine = false }: AccountSettings = {},
): Promise<Account> {
  const { startAccount } = await import('../local/account.ts');
  const recorder = record ? (await import('../recording/recorder.ts')).startRecorder(dataDir) : {};
  const report = (problem: unknown) => {
    // Work that Ctrl-C interrupts continues at the next start and needs no message.
    if (!terminal.signal.aborted) terminal.note(messageOf(problem));
  };
  return startAccount({ dataDir, port, report, lazyEngine, ...recorder });
}
