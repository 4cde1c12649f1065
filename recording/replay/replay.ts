import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, RedriveExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { randomUUID } from 'node:crypto';
import type { Case, RecordedTask } from '../../schemas/case.ts';
import { PREFIXES } from '../../schemas/keys.ts';
import { readExecutionHistory, type TaskAttempt } from '../execution-history.ts';
import { replaceTexts, type TextReplacement } from '../replace-texts.ts';
import { prepareCase, restoreState } from './initial-state.ts';
import { injectFaults, type InjectedFault } from './inject-faults.ts';
import { InvocationTracker } from './invocation-tracker.ts';
import { RecordedAnswers } from './recorded-answers.ts';
import type { ReplayAccount } from './replay-account.ts';
import { isExpectedError, type StateMachine } from './state-machines.ts';
import { emptyTable, scanTable } from './table-rows.ts';

export interface ReplayResult {
  readonly end: { readonly status: string; readonly error?: string };
  readonly path: readonly string[];
  /** Errors of a state's attempts, in order. The key is the state's name, in a Map after the iteration: `0/SearchFace`. */
  readonly errors: Readonly<Record<string, readonly string[]>>;
  readonly attempts: readonly RecordedTask[];
  readonly results: readonly Record<string, unknown>[];
  readonly people: readonly Record<string, unknown>[];
  /** Every JSON under `processed/`, by key. */
  readonly processed: Readonly<Record<string, unknown>>;
}

export interface ReplayOptions {
  readonly faults?: readonly InjectedFault[];
  /** How often to redrive it if it fails. Default: as often as in the case. */
  readonly redrives?: number;
}

/** What stands for the ARN of the execution in the result. */
export const THIS_EXECUTION = 'this execution';

/** Runs a case through the current state machine and tasks. Rejects if an error is neither declared nor retried. */
export async function replay(
  account: ReplayAccount,
  recordedCase: Case,
  options: ReplayOptions = {},
): Promise<ReplayResult> {
  const { s3, dynamoDb, sfn, deployment } = account;
  const machine = account.stateMachine(recordedCase.machine);
  await emptyTable(dynamoDb, deployment.results_table, 'results');
  await emptyTable(dynamoDb, deployment.people_table, 'people');
  const bucket = `replay-${randomUUID()}`;
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const { recorded, initialState, replacements } = await prepareCase(recordedCase, bucket);
  await restoreState(initialState, account, bucket);

  const tracker = new InvocationTracker(machine);
  const answers = new RecordedAnswers(recorded, tracker);
  const faults = injectFaults(tracker, options.faults ?? []);
  account.setInterceptors({
    intercept: (call, serve) => faults(call, answers.intercept(call, serve)),
    interceptInvoke: (invoke) => tracker.interceptInvoke(answers.interceptInvoke(invoke)),
  });
  const input = JSON.stringify(recorded.input);
  const { executionArn = '' } = await sfn.send(new StartExecutionCommand({ stateMachineArn: machine.arn, input }));
  await runToEnd(account, executionArn, options.redrives ?? recorded.redrives);
  account.setInterceptors({});

  const { path, attempts } = await readExecutionHistory(sfn, executionArn);
  checkErrors(machine, attempts);
  const { status = '', error } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
  const result: ReplayResult = {
    end: { status, ...(error === undefined ? {} : { error }) },
    path,
    errors: errorsByState(attempts),
    attempts: attempts.map(({ input: _, resource: __, ...attempt }) => attempt),
    results: await scanTable(dynamoDb, deployment.results_table),
    people: await scanTable(dynamoDb, deployment.people_table),
    processed: await readProcessed(account, bucket),
  };
  return comparable(result, [...replacements, [THIS_EXECUTION, executionArn]]);
}

async function runToEnd({ sfn, idle }: ReplayAccount, executionArn: string, redrives: number): Promise<void> {
  await idle();
  for (let left = redrives; left > 0; left -= 1) {
    const { status } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (status === 'SUCCEEDED') return;
    await sfn.send(new RedriveExecutionCommand({ executionArn }));
    await idle();
  }
}

function checkErrors(machine: StateMachine, attempts: readonly TaskAttempt[]): void {
  for (const { state, error } of attempts) {
    if (error === undefined || isExpectedError(machine, state, error.name)) continue;
    throw new Error(`${state} fails with ${error.name}, which is neither declared nor retried: ${error.cause}`);
  }
}

/** The key of a state in ReplayResult.errors and in differences. */
export const stateKey = ({ state, item }: Pick<RecordedTask, 'state' | 'item'>) =>
  item === undefined ? state : `${item}/${state}`;

function errorsByState(attempts: readonly TaskAttempt[]): Record<string, string[]> {
  const errors: Record<string, string[]> = {};
  for (const attempt of attempts) if (attempt.error) (errors[stateKey(attempt)] ??= []).push(attempt.error.name);
  return errors;
}

async function readProcessed({ s3 }: ReplayAccount, Bucket: string): Promise<Record<string, unknown>> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: PREFIXES.processed }));
  const entries = Contents.map(async ({ Key = '' }) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return [Key, JSON.parse((await Body?.transformToString()) ?? '')] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** The result with the names of the case, and without what is different in each run. */
function comparable(result: ReplayResult, replacements: readonly TextReplacement[]): ReplayResult {
  const reversed = replacements.toReversed().map(([from, to]): TextReplacement => [to, from]);
  return withoutTimes(replaceTexts(result, reversed));
}

/** Puts a word in place of what is different in each run. */
export function withoutTimes<T>(value: T): T {
  return JSON.parse(JSON.stringify(value), (name, part: unknown) =>
    DIFFERENT_IN_EACH_RUN.includes(name) ? 'of the run' : part,
  ) as T;
}

const DIFFERENT_IN_EACH_RUN: readonly string[] = [
  'claimed_at',
  'processed_at',
  'pipeline_version',
  'detect_at',
  'index_at',
  'search_at',
  'next_interactive',
  'next_bulk',
];
