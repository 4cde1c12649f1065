import { DescribeExecutionCommand, paginateListExecutions } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { PersonId } from '../../schemas/faces.ts';
import { Forgetting, ForgettingProgress, type Receipt } from '../../schemas/forgetting.ts';
import { machineArn } from '../../statemachines/registry.ts';
import { endOf, startMachine, waitForEnd } from '../deployment/execution.ts';
import type { Target } from '../deployment/target.ts';
import { readReceipt } from './receipts.ts';

const Removed = z.object({ receipt_key: z.string(), ids: z.array(PersonId) });
const ReadBack = z.object({ forgetting: Forgetting, progress: ForgettingProgress });

export interface Forgotten {
  readonly receipt: Receipt;
  readonly receipt_key: string;
  /** All ids of the person. Whoever keeps copies has to remove what tells of them. */
  readonly ids: readonly PersonId[];
}

export interface Verified {
  /** Those that are known. */
  readonly ids: readonly PersonId[];
  /** How many of each kind were read. */
  readonly checked: ForgettingProgress['checked'];
  /** How many of them tell of the person. */
  readonly left: number;
}

/**
 * Starts to forget or to verify, unless the same is under way: who asks again, because the answer did not come in time,
 * waits for the same receipt. Gives the execution.
 */
export async function begin(target: Target, input: object): Promise<string> {
  return (await underWay(target, JSON.stringify(input))) ?? startMachine(target, 'forget-person', input);
}

async function underWay({ sfn, deployment }: Target, wanted: string): Promise<string | undefined> {
  const stateMachineArn = machineArn(deployment, 'forget-person');
  const pages = paginateListExecutions({ client: sfn }, { stateMachineArn, statusFilter: 'RUNNING' });
  for await (const { executions = [] } of pages) {
    for (const { executionArn } of executions) {
      const { input } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      if (input === wanted) return executionArn;
    }
  }
  return undefined;
}

/** What came of it. Undefined while it is under way. */
export async function forgettingOf(target: Target, executionArn: string): Promise<Forgotten | Verified | undefined> {
  const ended = await endOf(target, 'forget-person', executionArn);
  return (
    ended && (ReadBack.safeParse(ended.output).success ? verifiedIn(ended.output) : forgottenIn(target, ended.output))
  );
}

export async function waitForReceipt(target: Target, executionArn: string, signal: AbortSignal): Promise<Forgotten> {
  return forgottenIn(target, (await waitForEnd(target, 'forget-person', executionArn, signal)).output);
}

export async function waitForVerified(target: Target, executionArn: string, signal: AbortSignal): Promise<Verified> {
  return verifiedIn((await waitForEnd(target, 'forget-person', executionArn, signal)).output);
}

async function forgottenIn(target: Target, output: unknown): Promise<Forgotten> {
  const { receipt_key, ids } = Removed.parse(output);
  return { receipt: await readReceipt(target, receipt_key), receipt_key, ids };
}

function verifiedIn(output: unknown): Verified {
  const { forgetting, progress } = ReadBack.parse(output);
  return { ids: forgetting.ids, checked: progress.checked, left: progress.left };
}
