import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAccount, type Account, type AccountOptions } from '../../local/account.ts';
import { createClients, type Clients } from '../../local/clients.ts';
import type { FaceEngine } from '../../local/rekognition/engine/types.ts';
import type { Deployment } from '../../schemas/deployment.ts';
import { readStateMachines, type StateMachine } from './state-machines.ts';

/** Called before every service and every function. */
export type Interceptors = Pick<AccountOptions, 'intercept' | 'interceptInvoke'>;

export interface ReplayAccount extends Clients {
  readonly account: Account;
  readonly dataDir: string;
  readonly deployment: Deployment;
  stateMachine(name: string): StateMachine;
  /** Replaces those that were set before. At first there are none. */
  setInterceptors(interceptors: Interceptors): void;
  idle(): Promise<void>;
  close(): Promise<void>;
}

const NO_ENGINE: FaceEngine = {
  ready: Promise.resolve(),
  analyze: () => Promise.reject(new Error('This account has no face engine: something has to answer for Rekognition.')),
  close: () => Promise.resolve(),
};

/**
 * An embedded account whose interceptors can be changed while it runs. Without an engine, they have to answer for
 * Rekognition. Retries do not wait, unless told otherwise. A data folder that is not given is temporary.
 */
export async function startReplayAccount(
  options: Omit<Partial<AccountOptions>, keyof Interceptors> = {},
): Promise<ReplayAccount> {
  let interceptors: Interceptors = {};
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'rollcall-replay-')));
  const account = await startAccount({
    engine: NO_ENGINE,
    hurry: true,
    ...options,
    dataDir,
    intercept: (call, serve) => (request, response) =>
      (interceptors.intercept?.(call, serve) ?? serve)(request, response),
    interceptInvoke: (invoke) => (functionArn, payload, trace) =>
      (interceptors.interceptInvoke?.(invoke) ?? invoke)(functionArn, payload, trace),
  });
  const clients = createClients(account);
  const machines = await readStateMachines(clients.sfn, account.deployment);
  return {
    ...clients,
    account,
    dataDir,
    deployment: account.deployment,
    stateMachine: (name) => {
      const machine = machines.get(name);
      if (!machine) throw new Error(`This account has no state machine ${name}.`);
      return machine;
    },
    setInterceptors: (next) => (interceptors = next),
    idle: () => account.idle(),
    close: async () => {
      await account.close();
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
}
