import { DescribeExecutionCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { setTimeout as sleep } from 'node:timers/promises';
import { OUTCOME_MISSING } from '../schemas/errors.ts';
import type { Input, Output } from '../schemas/tasks.ts';
import { stepFunctionsClient } from './runtime/clients.ts';
import { defineTask } from './runtime/define-task.ts';
import { dynamoDbClient } from './runtime/dynamodb-client.ts';
import { env } from './runtime/environment.ts';
import { nameOf } from './runtime/errors.ts';
import { stateThatFailed } from './runtime/failed-state.ts';
import { count } from './runtime/metrics.ts';
import { runningExecutions, type ExecutionLister } from './runtime/running-executions.ts';
import { recordFailure, type Failure, type FailureTables } from './storage/failures.ts';
import { processingRows, type ProcessingRow } from './storage/processing-rows.ts';

interface Services extends FailureTables, ExecutionLister {
  readonly now: () => Date;
}

/** An event that is not lost comes within seconds. Younger claims may also belong to executions not yet listed. */
const MIN_AGE_MS = 15 * 60_000;
/** DescribeExecution allows 15 calls a second for the whole account, and redriving needs some of them. */
const GAP_MS = 100;
/** Less than the function's time-out. The next run continues with the rows that are left. */
const DURATION_MS = 240_000;

/** The row must still say that this execution works on it: what was recorded or deleted since stays as it is. */
const CONDITION = '#execution_arn = :execution_arn AND #status = :processing';

/**
 * Finds rows that are PROCESSING although their execution has ended, and records it. A schedule runs it, because the
 * event that should invoke record-failure is delivered on a best-effort basis. Almost all rows are ruled out by a list
 * of the running executions, which costs one call for 1,000 of them.
 */
export async function run(
  { time }: Input<'record-lost-failures'>,
  services: Services,
): Promise<Output<'record-lost-failures'>> {
  const { dynamoDb, resultsTable, peopleTable, now } = services;
  const claimedBefore = new Date(Date.parse(time) - MIN_AGE_MS).toISOString();
  const until = now().getTime() + DURATION_MS;
  const running = new Set<string | undefined>();
  for await (const { executionArn } of runningExecutions(services)) running.add(executionArn);
  let [checked, recorded] = [0, 0];
  for (const table of [resultsTable, peopleTable]) {
    for await (const row of processingRows(dynamoDb, table)) {
      if (running.has(row.execution_arn) || row.claimed_at > claimedBefore) continue;
      if (now().getTime() >= until) return { checked, recorded };
      checked += 1;
      if (await recordIfEnded(row, services)) recorded += 1;
      await services.sleep(GAP_MS);
    }
  }
  return { checked, recorded };
}

async function recordIfEnded({ claimed_at: _, ...object }: ProcessingRow, services: Services): Promise<boolean> {
  const failure = await failureOf(services.sfn, object.execution_arn);
  if (!failure) return false;
  const { recorded } = await recordFailure(services, object, failure, CONDITION);
  if (recorded) count('ExecutionsFailed');
  return recorded;
}

/** How the execution ended without a result in its row. Undefined while it runs. */
async function failureOf(sfn: SFNClient, executionArn: string): Promise<Failure | undefined> {
  try {
    const {
      status,
      error,
      cause,
      startDate: started,
      stopDate: ended,
    } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (status === 'SUCCEEDED') {
      return { error: OUTCOME_MISSING, cause: 'The execution succeeded, but its outcome is not in the row.' };
    }
    if (status !== 'FAILED' && status !== 'TIMED_OUT' && status !== 'ABORTED') return undefined;
    return { error: error ?? status, cause, failed_state: await stateThatFailed(sfn, executionArn), started, ended };
  } catch (error) {
    if (nameOf(error) !== 'ExecutionDoesNotExist') throw error;
    return {
      error: 'ExecutionDoesNotExist',
      cause: 'Step Functions has forgotten the execution, and how it ended was never recorded.',
    };
  }
}

export const handler = defineTask({
  name: 'record-lost-failures',
  services: () => ({
    sfn: stepFunctionsClient(),
    machineArns: env('OBJECT_MACHINES'),
    dynamoDb: dynamoDbClient(),
    resultsTable: env('RESULTS_TABLE'),
    peopleTable: env('PEOPLE_TABLE'),
    sleep,
    now: () => new Date(),
  }),
  run,
  describe: (_, output) => ({ checked: output?.checked, recorded: output?.recorded }),
});
