import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Input, Output } from '../schemas/tasks.ts';
import { stepFunctionsClient } from './runtime/clients.ts';
import { defineTask } from './runtime/define-task.ts';
import { dynamoDbClient } from './runtime/dynamodb-client.ts';
import { env } from './runtime/environment.ts';
import { count, measureSeconds } from './runtime/metrics.ts';
import { runningExecutions, type ExecutionLister } from './runtime/running-executions.ts';
import { processingRows } from './storage/processing-rows.ts';

interface Services extends ExecutionLister {
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly resultsTable: string;
}

/**
 * Measures how many executions are under way, and the age of the oldest unfinished photo. A photo that no execution has
 * claimed yet has no row, so the executions count as well. A schedule runs it, because CloudWatch cannot compute it.
 */
export async function run({ time }: Input<'measure-backlog'>, services: Services): Promise<Output<'measure-backlog'>> {
  const now = Date.parse(time);
  let [oldest, running] = [now, 0];
  for await (const { startDate, redriveDate } of runningExecutions(services)) {
    running += 1;
    oldest = Math.min(oldest, (redriveDate ?? startDate)?.getTime() ?? now);
  }
  for await (const { timestamp } of processingRows(services.dynamoDb, services.resultsTable, 1)) {
    oldest = Math.min(oldest, Date.parse(timestamp));
    break;
  }
  const oldest_seconds = (now - oldest) / 1000;
  measureSeconds('OldestPhotoSeconds', oldest_seconds);
  count('ExecutionsRunning', running);
  return { oldest_seconds, running };
}

export const handler = defineTask({
  name: 'measure-backlog',
  services: () => ({
    sfn: stepFunctionsClient(),
    machineArns: env('OBJECT_MACHINES'),
    dynamoDb: dynamoDbClient(),
    resultsTable: env('RESULTS_TABLE'),
    sleep,
  }),
  run,
  describe: (_, output) => ({ oldest_seconds: output?.oldest_seconds, running: output?.running }),
});
