import { QueryCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { UploadedObject } from '../../schemas/payloads.ts';
import type { PhotoStatus } from '../../schemas/records.ts';
import type { IndexName } from '../../schemas/tables.ts';
import { parse } from '../runtime/define-task.ts';

const PROCESSING: PhotoStatus = 'PROCESSING';
const BY_STATUS: IndexName<'results'> & IndexName<'people'> = 'by-status';

/** What the rows of photos and of enrolments have in common. */
const ProcessingRow = z.object({ ...UploadedObject.shape, claimed_at: z.iso.datetime() });
export type ProcessingRow = z.infer<typeof ProcessingRow>;

/** The rows of a table that are PROCESSING, oldest photo first. The index may lag behind the table. */
export async function* processingRows(
  dynamoDb: DynamoDBDocumentClient,
  tableName: string,
  pageSize?: number,
): AsyncGenerator<ProcessingRow> {
  let from: Record<string, unknown> | undefined;
  do {
    const page = await dynamoDb.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: BY_STATUS,
        KeyConditionExpression: '#status = :status',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':status': PROCESSING },
        Limit: pageSize,
        ExclusiveStartKey: from,
      }),
    );
    for (const item of page.Items ?? []) yield parse(ProcessingRow, item, `row in ${tableName}`);
    from = page.LastEvaluatedKey;
  } while (from);
}
