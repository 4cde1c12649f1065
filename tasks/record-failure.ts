import { DescribeExecutionCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { type ExecutionFailedEvent, ObjectCreatedEvent } from '../schemas/events.ts';
import type { Output } from '../schemas/tasks.ts';
import { stepFunctionsClient } from './runtime/clients.ts';
import { defineTask, parse } from './runtime/define-task.ts';
import { dynamoDbClient } from './runtime/dynamodb-client.ts';
import { env } from './runtime/environment.ts';
import { nameOf, TaskError } from './runtime/errors.ts';
import { stateThatFailed } from './runtime/failed-state.ts';
import { count } from './runtime/metrics.ts';
import { uploadedObjectOf } from './storage/claims.ts';
import { recordFailure, recordLateFailure, type FailureTables } from './storage/failures.ts';

interface Services extends FailureTables {
  readonly sfn: SFNClient;
}

/** A late event of an older version changes nothing. */
const CONDITION =
  'attribute_not_exists(#status) OR #sequencer < :sequencer OR ' +
  '(#execution_arn = :execution_arn AND #status IN (:processing, :status))';

/**
 * Marks the row of a failed execution as FAILED, with error and state. EventBridge invokes it instead of a Catch, so
 * that the failure stays on its Task, where a redrive continues. A second failure, after a redrive, replaces the first.
 */
export async function run({ detail }: ExecutionFailedEvent, services: Services): Promise<Output<'record-failure'>> {
  count('ExecutionsFailed');
  const { executionArn: execution_arn, input, status, error, cause, startDate, stopDate } = detail;
  const object = uploadedObjectOf({ ...startedWith(input, execution_arn), execution_arn });
  const failed_state = await stateThatFailed(services.sfn, execution_arn);
  const [started, ended] = [startDate, stopDate].map((date) => (date ? new Date(date) : undefined));
  const failure = { error: error ?? status, cause, failed_state, started, ended };
  const { recorded, record } = await recordFailure(services, object, failure, CONDITION);
  // A delayed event may tell of a failure after which the execution was redriven.
  const isLate = !recorded && (await hasFailed(services.sfn, execution_arn));
  return { recorded: recorded || (isLate && (await recordLateFailure(services, object, failure))), record };
}

async function hasFailed(sfn: SFNClient, executionArn: string): Promise<boolean> {
  try {
    const { status } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    return status !== 'SUCCEEDED' && status !== 'RUNNING';
  } catch (error) {
    // Step Functions forgets executions after 90 days.
    if (nameOf(error) === 'ExecutionDoesNotExist') return false;
    throw error;
  }
}

function startedWith(input: string | null | undefined, executionArn: string): ObjectCreatedEvent {
  if (!input) throw new TaskError('InvalidPayload', `The event does not carry the input of ${executionArn}.`);
  return parse(ObjectCreatedEvent, JSON.parse(input), `input of ${executionArn}`);
}

export const handler = defineTask({
  name: 'record-failure',
  services: () => ({
    sfn: stepFunctionsClient(),
    dynamoDb: dynamoDbClient(),
    resultsTable: env('RESULTS_TABLE'),
    peopleTable: env('PEOPLE_TABLE'),
  }),
  run,
  describe: ({ detail }, output) => ({
    execution: detail.executionArn,
    status: detail.status,
    error: detail.error ?? undefined,
    recorded: output?.recorded,
  }),
});
