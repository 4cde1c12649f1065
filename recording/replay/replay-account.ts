import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAccount, type Account } from '../../local/account.ts';
import type { Intercept } from '../../local/calls.ts';
import type { Invoke } from '../../local/lambda/lambda.ts';
import type { Deployment } from '../../schemas/deployment.ts';
import type { FaceEngine } from '../../local/rekognition/engine/types.ts';
import { clientsOf } from '../../test/faults/fault-account.ts';
import { readStateMachines, type StateMachine } from './state-machines.ts';

/** What stands between the parts of the account for a while. */
export interface Interceptors {
  readonly intercept: Intercept;
  readonly interceptInvoke: (invoke: Invoke) => Invoke;
}

export interface ReplayAccount extends ReturnType<typeof clientsOf> {
  readonly account: Account;
  readonly dataDir: string;
  readonly deployment: Deployment;
  /** Of the state machine with this name. */
  stateMachine(machine: string): StateMachine;
  /** Until the next; at first there is nothing between them. */
  setInterceptors(between: Interceptors | undefined): void;
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** Without one: Rekognition's answers come from elsewhere. */
const NO_ENGINE: FaceEngine = {
  ready: Promise.resolve(),
  analyze: () => Promise.reject(new Error('There is no face engine here.')),
  close: () => Promise.resolve(),
};

/** An embedded account in which retries do not wait, and in which somebody may stand between the parts. */
export async function startReplayAccount(engine: FaceEngine = NO_ENGINE): Promise<ReplayAccount> {
  let now: Interceptors | undefined;
  const dataDir = await mkdtemp(join(tmpdir(), 'rollcall-replay-'));
  const account = await startAccount({
    dataDir,
    engine,
    hurry: true,
    intercept: (call, serve) => (request, response) => (now?.intercept(call, serve) ?? serve)(request, response),
    interceptInvoke: (invoke) => (functionArn, payload, trace) =>
      (now?.interceptInvoke(invoke) ?? invoke)(functionArn, payload, trace),
  });
  const clients = clientsOf(account);
  const charts = await readStateMachines(clients.sfn, account.deployment);
  return {
    ...clients,
    account,
    dataDir,
    deployment: account.deployment,
    stateMachine: (machine) => {
      const chart = charts.get(machine);
      if (!chart) throw new Error(`There is no state machine ${machine} here.`);
      return chart;
    },
    setInterceptors: (between) => (now = between),
    idle: () => account.idle(),
    close: async () => {
      await account.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
