import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  RedriveExecutionCommand,
  type DescribeExecutionCommandOutput,
} from '@aws-sdk/client-sfn';
import { createHash } from 'node:crypto';
import { OUTCOME_MISSING } from '../../schemas/errors.ts';
import type { Target } from '../deployment/target.ts';
import { readCurrent, type FailedItem } from './failures.ts';
import { startExecutionOnce } from './start-execution.ts';

/** What is done about one failure, and why. */
export interface RecoveryAction {
  readonly action: 'redrive' | 'start anew' | 'leave alone';
  readonly reason: string;
  /** The row's execution, or one that was started anew for it. */
  readonly executionArn: string;
  readonly input: string;
}

const UNFINISHED: readonly string[] = ['FAILED', 'PROCESSING'];

/** Redrives one failure, or starts it anew if it cannot be redriven. A dry run only says which. */
export async function recover(target: Target, listed: FailedItem, dryRun: boolean): Promise<RecoveryAction> {
  const item = await readCurrent(target, listed);
  if (!item) return { action: 'leave alone', reason: 'it is gone', executionArn: listed.execution_arn, input: '' };
  let executionArn = item.execution_arn;
  for (;;) {
    let chosen = await chooseAction(target, item, executionArn);
    if (dryRun || chosen.action === 'leave alone') return chosen;
    if (chosen.action === 'redrive') {
      const refusal = await redriveOrRefusal(target, executionArn);
      if (refusal === undefined) return chosen;
      chosen = { ...chosen, action: 'start anew', reason: refusal };
    }
    const start = { key: item.key, name: restartName(executionArn), input: chosen.input };
    if (await startExecutionOnce(target, start)) return chosen;
    // An interrupted command has started that execution already, and it failed too.
    executionArn = restartArn(executionArn);
  }
}

async function chooseAction(target: Target, item: FailedItem, executionArn: string): Promise<RecoveryAction> {
  const to = (action: RecoveryAction['action'], reason: string, input = inputOf(item)): RecoveryAction => ({
    action,
    reason,
    executionArn,
    input,
  });
  if (!UNFINISHED.includes(item.status)) return to('leave alone', `it is ${item.status}`);
  const execution = await describe(target, executionArn);
  if (!execution) return to('start anew', 'its execution is forgotten');
  const { status, redriveStatus, redriveStatusReason, input } = execution;
  if (status === 'RUNNING' || status === 'PENDING_REDRIVE') return to('leave alone', 'it is under way');
  if (status === 'SUCCEEDED') {
    const isMissing = item.error === OUTCOME_MISSING && item.execution_arn === executionArn;
    return isMissing ? to('start anew', 'its outcome is missing', input) : to('leave alone', 'it has succeeded since');
  }
  if (redriveStatus === 'NOT_REDRIVABLE') return to('start anew', redriveStatusReason ?? redriveStatus, input);
  if (await definitionHasChanged(target, execution))
    return to('start anew', 'the state machine has changed since', input);
  // The task that throws this asks for it: what earlier states left in work/ has expired.
  if (item.error === 'FacesMissing') return to('start anew', 'what it had worked out is gone', input);
  return to('redrive', `goes on in ${item.failed_state ?? 'the state that failed'}`, input);
}

async function describe(target: Target, executionArn: string): Promise<DescribeExecutionCommandOutput | undefined> {
  try {
    return await target.sfn.send(new DescribeExecutionCommand({ executionArn }));
  } catch (error) {
    // Step Functions forgets executions after 90 days.
    if ((error as Error).name === 'ExecutionDoesNotExist') return undefined;
    throw error;
  }
}

/** A redrive continues with the definition that the execution started with, including its faults. */
async function definitionHasChanged(
  { sfn }: Target,
  { executionArn, stateMachineArn }: DescribeExecutionCommandOutput,
) {
  const then = await sfn.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
  const now = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
  return then.definition !== now.definition;
}

/** Redrives an execution. Returns why it was refused, or undefined. */
async function redriveOrRefusal(target: Target, executionArn: string): Promise<string | undefined> {
  try {
    await target.sfn.send(new RedriveExecutionCommand({ executionArn }));
    return undefined;
  } catch (error) {
    if ((error as Error).name === 'ExecutionNotRedrivable') return (error as Error).message;
    throw error;
  }
}

/** Derived from the failed execution, so that starting twice is idempotent. */
const restartName = (executionArn: string) =>
  `anew-${createHash('sha256').update(executionArn).digest('hex').slice(0, 40)}`;

const restartArn = (executionArn: string) =>
  [...executionArn.split(':').slice(0, -1), restartName(executionArn)].join(':');

/** The part of the event that a state machine reads. */
function inputOf({ bucket, key, version_id, etag, size, sequencer, timestamp }: FailedItem): string {
  const version = version_id === undefined ? {} : { 'version-id': version_id };
  const object = { key, size, etag, sequencer, ...version };
  return JSON.stringify({ time: timestamp, detail: { bucket: { name: bucket }, object } });
}
