import { QueryCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { PhotoStatus } from '../schemas/records.ts';
import type { IndexName } from '../schemas/tables.ts';
import type { Input, Output } from '../schemas/tasks.ts';
import { defineTask } from './runtime/define-task.ts';
import { dynamoDbClient } from './runtime/dynamodb-client.ts';
import { env } from './runtime/environment.ts';
import { measureSeconds } from './runtime/metrics.ts';

interface Services {
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly resultsTable: string;
}

const UNDER_WAY: PhotoStatus = 'PROCESSING';
const BY_STATUS: IndexName<'results'> = 'by-status';

/** Measures the age of the oldest unfinished photo. A schedule runs it, because CloudWatch cannot compute it. */
export async function run({ time }: Input<'measure-backlog'>, services: Services): Promise<Output<'measure-backlog'>> {
  const { Items: [oldest] = [] } = await services.dynamoDb.send(
    new QueryCommand({
      TableName: services.resultsTable,
      IndexName: BY_STATUS,
      KeyConditionExpression: '#status = :status',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':status': UNDER_WAY },
      Limit: 1,
    }),
  );
  const age = oldest ? (Date.parse(time) - Date.parse(oldest['timestamp'] as string)) / 1000 : 0;
  const oldest_seconds = Math.max(0, age);
  measureSeconds('OldestPhotoSeconds', oldest_seconds);
  return { oldest_seconds };
}

export const handler = defineTask({
  name: 'measure-backlog',
  services: () => ({ dynamoDb: dynamoDbClient(), resultsTable: env('RESULTS_TABLE') }),
  run,
  describe: (_, output) => ({ oldest_seconds: output?.oldest_seconds }),
});
