import { createHash } from 'node:crypto';
import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  RedriveExecutionCommand,
  type DescribeExecutionCommandOutput,
} from '@aws-sdk/client-sfn';
import { current, type Work } from './failures.ts';
import { startOnce } from './start-execution.ts';
import type { Target } from '../deployment/target.ts';

/** What is to be done about one failure, and why just that. */
export interface Remedy {
  readonly act: 'redrive' | 'start anew' | 'leave alone';
  readonly why: string;
  /** The execution that it is about: the row's, or one that was started anew for it. */
  readonly executionArn: string;
  readonly input: string;
}

const UNFINISHED: readonly string[] = ['FAILED', 'PROCESSING'];

/** Redrives one failure, or starts it anew where that cannot be. A dry run only says which. */
export async function redrive(target: Target, listed: Work, dryRun: boolean): Promise<Remedy> {
  const work = await current(target, listed);
  if (!work) return { act: 'leave alone', why: 'it is gone', executionArn: listed.execution_arn, input: '' };
  let executionArn = work.execution_arn;
  for (;;) {
    let remedy = await remedyOf(target, work, executionArn);
    if (dryRun || remedy.act === 'leave alone') return remedy;
    if (remedy.act === 'redrive') {
      const refusal = await tryRedrive(target, executionArn);
      if (refusal === undefined) return remedy;
      remedy = { ...remedy, act: 'start anew', why: refusal };
    }
    const anew = { key: work.key, name: anewName(executionArn), input: remedy.input };
    if (await startOnce(target, anew)) return remedy;
    // An interrupted command had started that one already, and it failed in its turn.
    executionArn = anewArn(executionArn);
  }
}

async function remedyOf(target: Target, work: Work, executionArn: string): Promise<Remedy> {
  const about = (act: Remedy['act'], why: string, input = inputOf(work)): Remedy => ({ act, why, executionArn, input });
  if (!UNFINISHED.includes(work.status)) return about('leave alone', `it is ${work.status}`);
  const execution = await describe(target, executionArn);
  if (!execution) return about('start anew', 'its execution is forgotten');
  const { status, redriveStatus, redriveStatusReason, input } = execution;
  if (status === 'RUNNING' || status === 'PENDING_REDRIVE') return about('leave alone', 'it is under way');
  if (status === 'SUCCEEDED') return about('leave alone', 'it has succeeded since');
  if (redriveStatus === 'NOT_REDRIVABLE') return about('start anew', redriveStatusReason ?? redriveStatus, input);
  if (await hasChanged(target, execution)) return about('start anew', 'the state machine has changed since', input);
  // Its own remedy, says the task that throws it: what earlier states left in work/ has expired.
  if (work.error === 'FacesMissing') return about('start anew', 'what it had worked out is gone', input);
  return about('redrive', `goes on in ${work.failed_state ?? 'the state that failed'}`, input);
}

async function describe(target: Target, executionArn: string): Promise<DescribeExecutionCommandOutput | undefined> {
  try {
    return await target.sfn.send(new DescribeExecutionCommand({ executionArn }));
  } catch (error) {
    // Executions are forgotten after 90 days.
    if ((error as Error).name === 'ExecutionDoesNotExist') return undefined;
    throw error;
  }
}

/** A redrive would go on with the definition that it started with, and whatever was wrong in it. */
async function hasChanged({ sfn }: Target, { executionArn, stateMachineArn }: DescribeExecutionCommandOutput) {
  const then = await sfn.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
  const now = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
  return then.definition !== now.definition;
}

/** Why it is refused; undefined where it is not. */
async function tryRedrive(target: Target, executionArn: string): Promise<string | undefined> {
  try {
    await target.sfn.send(new RedriveExecutionCommand({ executionArn }));
    return undefined;
  } catch (error) {
    if ((error as Error).name === 'ExecutionNotRedrivable') return (error as Error).message;
    throw error;
  }
}

/** From the execution that failed: started twice, by two commands or by one that was interrupted, it is one. */
const anewName = (executionArn: string) =>
  `anew-${createHash('sha256').update(executionArn).digest('hex').slice(0, 40)}`;

const anewArn = (executionArn: string) => [...executionArn.split(':').slice(0, -1), anewName(executionArn)].join(':');

/** The event that started it, as far as a state machine reads it. */
function inputOf({ bucket, key, version_id, etag, size, sequencer, timestamp }: Work): string {
  const version = version_id === undefined ? {} : { 'version-id': version_id };
  const object = { key, size, etag, sequencer, ...version };
  return JSON.stringify({ time: timestamp, detail: { bucket: { name: bucket }, object } });
}
