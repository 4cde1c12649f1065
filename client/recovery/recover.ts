import {
  DescribeExecutionCommand,
  RedriveExecutionCommand,
  type DescribeExecutionCommandOutput,
} from '@aws-sdk/client-sfn';
import { createHash } from 'node:crypto';
import { OUTCOME_MISSING } from '../../schemas/errors.ts';
import type { Lane } from '../../schemas/pacing.ts';
import type { Target } from '../deployment/target.ts';
import { Definitions } from './definitions.ts';
import { clearLateFailure, readCurrent, type FailedItem } from './failures.ts';
import { startExecutionOnce } from './start-execution.ts';

/** What is done about one failure, and why. */
export interface RecoveryAction {
  readonly action: 'redrive' | 'start anew' | 'leave alone';
  readonly reason: string;
  /** The row's execution, or one that was started anew for it. */
  readonly executionArn: string;
  readonly input: string;
  /** Whether a late failure is settled by it, so that it is not listed any more. */
  readonly settled?: true;
}

const UNFINISHED: readonly string[] = ['FAILED', 'PROCESSING'];
const DAY_MS = 24 * 3_600_000;

/** Redrives failures, or starts them anew if they cannot be redriven. */
export class Recovery {
  readonly #target: Target;
  readonly #definitions: Definitions;
  readonly #now: () => Date;

  constructor(target: Target, now = () => new Date()) {
    this.#target = target;
    this.#definitions = new Definitions(target.sfn);
    this.#now = now;
  }

  /** Asks about the newest failures first: what is known of them tells the most about the others. */
  async prepare(items: readonly FailedItem[]): Promise<void> {
    const machines = Map.groupBy(items, ({ execution_arn }) => execution_arn.split(':').slice(0, -1).join(':'));
    for (const failures of machines.values()) {
      const newest = failures.reduce((a, b) => (Date.parse(a.timestamp) > Date.parse(b.timestamp) ? a : b));
      const execution = await this.#describe(newest.execution_arn);
      if (execution) await this.#definitions.isCurrent(execution);
    }
  }

  /** A dry run only says what would be done. The lane is that of an execution that is started anew. */
  async recover(listed: FailedItem, dryRun: boolean, lane: Lane = 'interactive'): Promise<RecoveryAction> {
    const item = await readCurrent(this.#target, listed);
    if (!item) return { action: 'leave alone', reason: 'it is gone', executionArn: listed.execution_arn, input: '' };
    const done = await this.#recoverItem(item, dryRun, lane);
    if (!dryRun && (done.settled || done.action === 'redrive')) await clearLateFailure(this.#target, item);
    return done;
  }

  async #recoverItem(item: FailedItem, dryRun: boolean, lane: Lane): Promise<RecoveryAction> {
    let executionArn = item.execution_arn;
    for (;;) {
      let chosen = await this.#chooseAction(item, executionArn);
      if (dryRun || chosen.action === 'leave alone') return chosen;
      if (chosen.action === 'redrive') {
        const refusal = await this.#redriveOrRefusal(executionArn);
        if (refusal === undefined) return chosen;
        if (!UNFINISHED.includes(item.status)) return { ...chosen, ...settled(item, refusal) };
        chosen = { ...chosen, action: 'start anew', reason: refusal };
      }
      const start = { key: item.key, name: restartName(executionArn), input: inLane(chosen.input, lane) };
      if (await startExecutionOnce(this.#target, start)) return chosen;
      // An interrupted command has started that execution already, and it failed too.
      executionArn = restartArn(executionArn);
    }
  }

  async #chooseAction(item: FailedItem, executionArn: string): Promise<RecoveryAction> {
    const base = { executionArn, input: inputOf(item) };
    const isUnfinished = UNFINISHED.includes(item.status);
    const execution = await this.#describe(executionArn);
    if (!execution) {
      return { ...base, ...(isUnfinished ? anew('its execution is forgotten') : settled(item, 'it is forgotten')) };
    }
    const { status, redriveStatus, redriveStatusReason = 'it cannot be redriven', input = base.input } = execution;
    const to = { executionArn, input };
    if (status === 'RUNNING' || status === 'PENDING_REDRIVE') return { ...to, ...alone('it is under way') };
    const isRedrivable = redriveStatus !== 'NOT_REDRIVABLE';
    if (status === 'SUCCEEDED') {
      if (!isUnfinished) return { ...to, ...alone(`it is ${item.status}`), settled: true };
      const isMissing = item.error === OUTCOME_MISSING && item.execution_arn === executionArn;
      return { ...to, ...(isMissing ? anew('its outcome is missing') : alone('it has succeeded since')) };
    }
    const redrive = {
      action: 'redrive',
      reason: `goes on in ${item.failed_state ?? 'the state that failed'}`,
    } as const;
    // Its result is complete. Another execution would find that and end, whatever was left to do in this one.
    if (!isUnfinished) return { ...to, ...(isRedrivable ? redrive : settled(item, redriveStatusReason)) };
    const obstacle = isRedrivable ? await this.#obstacle(item, execution) : redriveStatusReason;
    return { ...to, ...(obstacle === undefined ? redrive : anew(obstacle)) };
  }

  /** Why a redrive would not help. */
  async #obstacle(item: FailedItem, execution: DescribeExecutionCommandOutput): Promise<string | undefined> {
    const { work_retention_days } = this.#target.deployment;
    // Whichever state goes on would read from work/ what earlier ones left there.
    const age = this.#now().getTime() - (execution.startDate?.getTime() ?? 0);
    if (age >= work_retention_days * DAY_MS) return 'what it had worked out has expired';
    // A redrive continues with the definition that the execution started with, including its faults.
    if (!(await this.#definitions.isCurrent(execution))) return 'the state machine has changed since';
    // The task that throws this asks for it: what earlier states left in work/ has expired or was deleted.
    return item.error === 'FacesMissing' ? 'what it had worked out is gone' : undefined;
  }

  async #describe(executionArn: string): Promise<DescribeExecutionCommandOutput | undefined> {
    try {
      return await this.#target.sfn.send(new DescribeExecutionCommand({ executionArn }));
    } catch (error) {
      // Step Functions forgets executions after 90 days.
      if ((error as Error).name === 'ExecutionDoesNotExist') return undefined;
      throw error;
    }
  }

  /** Redrives an execution. Returns why it was refused, or undefined. */
  async #redriveOrRefusal(executionArn: string): Promise<string | undefined> {
    try {
      await this.#target.sfn.send(new RedriveExecutionCommand({ executionArn }));
      return undefined;
    } catch (error) {
      if ((error as Error).name === 'ExecutionNotRedrivable') return (error as Error).message;
      throw error;
    }
  }
}

const anew = (reason: string) => ({ action: 'start anew', reason }) as const;
const alone = (reason: string) => ({ action: 'leave alone', reason }) as const;
const settled = ({ status }: FailedItem, reason: string) =>
  ({ ...alone(`it is ${status}, and its execution cannot go on: ${reason}`), settled: true }) as const;

function inLane(input: string, lane: Lane): string {
  if (lane === 'interactive') return input;
  const event = JSON.parse(input) as { readonly detail: object };
  return JSON.stringify({ ...event, detail: { ...event.detail, lane } });
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
