import { PutObjectCommand } from '@aws-sdk/client-s3';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Batch, NewDecision } from '../../schemas/decisions.ts';
import { batchKeyOf } from '../../schemas/keys.ts';
import { FaceRecord } from '../../schemas/records.ts';
import { machineArn } from '../../statemachines/registry.ts';
import type { TestAccount } from './test-account.ts';

type Account = Pick<TestAccount, 's3' | 'sfn' | 'dynamoDb' | 'deployment'>;

/** Noon, so that batches of a test sort by their ids. */
const TIMESTAMP = '2026-03-01T12:00:00.000Z';
export const entryOf = (batch: string, position = 0) => `${TIMESTAMP}#${batch}#${String(position).padStart(6, '0')}`;

/** Starts the machine that records a batch. Gives the execution's ARN. */
export async function startBatch(
  { s3, sfn, deployment }: Account,
  batch: string,
  { people = [], decisions = [], portraits = [] }: Partial<Pick<Batch, 'people' | 'decisions' | 'portraits'>>,
): Promise<string> {
  const { bucket } = deployment;
  const body: Batch = { batch, by: 'ada', timestamp: TIMESTAMP, people, decisions, portraits };
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: batchKeyOf(batch), Body: JSON.stringify(body) }));
  const { executionArn } = await sfn.send(
    new StartExecutionCommand({
      stateMachineArn: machineArn(deployment, 'decide'),
      input: JSON.stringify({ bucket, batch, ...(portraits.length > 0 && { portraits: { next: 0, more: true } }) }),
    }),
  );
  return executionArn!;
}

/** A decision about the largest face of a photo. */
export async function aboutLargest(
  { dynamoDb, deployment }: Account,
  imageId: string,
  said: Pick<NewDecision, 'kind'> & Partial<NewDecision>,
): Promise<NewDecision> {
  const { Items = [] } = await dynamoDb.send(
    new QueryCommand({
      TableName: deployment.results_table,
      KeyConditionExpression: 'image_id = :id AND #record = :face',
      ExpressionAttributeNames: { '#record': 'record' },
      ExpressionAttributeValues: { ':id': imageId, ':face': 'face#000' },
    }),
  );
  const { image_id, etag, bounding_box } = FaceRecord.parse(Items[0]);
  return { image_id, etag, bounding_box, source: 'manual', ...said };
}
