import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, RedriveExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { readExecutionHistory, type TaskAttempt } from '../execution-history.ts';
import type { Case } from '../../schemas/case.ts';
import { PREFIXES } from '../../schemas/keys.ts';
import { emptyTable, rowsOf } from '../../test/faults/fault-account.ts';
import { injectFaults, type InjectedFault } from './inject-faults.ts';
import type { ReplayAccount } from './replay-account.ts';
import { isExpectedError, stateOfFunction, type StateMachine } from './state-machines.ts';
import { replaceTexts, restoreState, prepareReplay, type TextReplacements } from './initial-state.ts';
import { InvocationTracker } from './invocation-tracker.ts';
import { RecordedAnswers } from './recorded-answers.ts';

export interface ReplayResult {
  readonly end: { readonly status: string; readonly error?: string };
  readonly path: readonly string[];
  /** The errors that an attempt of a state ended with, in order: `SearchFace` or, in a Map, `0/SearchFace`. */
  readonly errors: Readonly<Record<string, readonly string[]>>;
  readonly attempts: readonly Omit<TaskAttempt, 'input' | 'resource'>[];
  readonly results: readonly Record<string, unknown>[];
  readonly people: readonly Record<string, unknown>[];
  /** Every JSON under `processed/`, by key. */
  readonly processed: Readonly<Record<string, unknown>>;
}

export interface ReplayOptions {
  readonly faults?: readonly InjectedFault[];
  /** How often to redrive if it fails. As often as it was, unless told. */
  readonly redrives?: number;
}

/** Runs a case through the machine as it is now and the tasks as they are now. An error that nobody foresaw throws. */
export async function replay(lab: ReplayAccount, recorded: Case, options: ReplayOptions = {}): Promise<ReplayResult> {
  const chart = lab.stateMachine(recorded.machine);
  for (const [name, id] of TABLES) await emptyTable(lab.table, lab.deployment[name], [id, 'record']);
  const bucket = `replay-${randomUUID()}`;
  await lab.s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const staged = await prepareReplay(recorded, bucket);
  await restoreState(staged, { s3: lab.s3, table: lab.table, bucket });

  const spots = new InvocationTracker((functionArn) => stateOfFunction(chart, functionArn));
  const [tape, faults] = [new RecordedAnswers(staged.recorded, spots), injectFaults(spots, options.faults ?? [])];
  lab.setInterceptors({
    intercept: (call, serve) => faults(call, tape.intercept(call, serve)),
    interceptInvoke: (invoke) => spots.interceptInvoke(tape.interceptInvoke(invoke)),
  });
  const input = JSON.stringify(staged.recorded.input);
  const { executionArn = '' } = await lab.sfn.send(new StartExecutionCommand({ stateMachineArn: chart.arn, input }));
  await runToEnd(lab, executionArn, options.redrives ?? recorded.redrives);
  lab.setInterceptors(undefined);

  const trail = await readExecutionHistory(lab.sfn, executionArn);
  checkErrors(chart, trail.attempts);
  const { status = '', error } = await lab.sfn.send(new DescribeExecutionCommand({ executionArn }));
  const replayed: ReplayResult = {
    end: { status, ...(error === undefined ? {} : { error }) },
    path: trail.path,
    errors: errorsOf(trail.attempts),
    attempts: trail.attempts.map(({ input: _, resource: __, ...attempt }) => attempt),
    results: await rowsOf(lab.table, lab.deployment.results_table),
    people: await rowsOf(lab.table, lab.deployment.people_table),
    processed: await processedIn(lab, bucket),
  };
  return asRecorded(replayed, [...staged.pairs, ['this execution', executionArn]]);
}

const TABLES = [
  ['results_table', 'image_id'],
  ['people_table', 'person_id'],
] as const;

async function runToEnd(lab: ReplayAccount, executionArn: string, redrives: number): Promise<void> {
  await lab.idle();
  for (let left = redrives; left > 0; left -= 1) {
    const { status } = await lab.sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (status === 'SUCCEEDED') return;
    await lab.sfn.send(new RedriveExecutionCommand({ executionArn }));
    await lab.idle();
  }
}

function checkErrors(chart: StateMachine, attempts: readonly TaskAttempt[]): void {
  for (const { state, error } of attempts) {
    if (error === undefined || isExpectedError(chart, state, error.name)) continue;
    throw new Error(`${state} fails with ${error.name}, which is neither declared nor retried: ${error.cause}`);
  }
}

function errorsOf(attempts: readonly TaskAttempt[]): Record<string, string[]> {
  const errors: Record<string, string[]> = {};
  for (const { state, item, error } of attempts) {
    const place = item === undefined ? state : `${item}/${state}`;
    if (error) (errors[place] ??= []).push(error.name);
  }
  return errors;
}

async function processedIn({ s3 }: ReplayAccount, Bucket: string): Promise<Record<string, unknown>> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: PREFIXES.processed }));
  const entries = Contents.map(async ({ Key = '' }) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return [Key, JSON.parse((await Body?.transformToString()) ?? '')] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** With the names that things had when they were recorded, and without what is another in each run. */
function asRecorded(replayed: ReplayResult, pairs: TextReplacements): ReplayResult {
  const then = replaceTexts(
    replayed,
    pairs.toReversed().map(([from, to]) => [to, from] as const),
  );
  return JSON.parse(JSON.stringify(then), (name, value: unknown) =>
    OF_THE_RUN.includes(name) ? 'of the run' : value,
  ) as ReplayResult;
}

const OF_THE_RUN: readonly string[] = ['claimed_at', 'processed_at', 'pipeline_version'];
