import { QueryCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { INDEX_RANGE_KEY } from '../../schemas/tables.ts';
import { readRows, type Row } from '../storage/queries.ts';

/** Where a walk through several values of an index goes on. */
const Place = z.strictObject({ at: z.int(), from: z.record(z.string(), z.unknown()).optional() });

export interface IndexWalk {
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly values: readonly string[];
  /** Only rows with a timestamp before this. */
  readonly before?: string;
  /** The most rows of a page. Default: as many as DynamoDB reads at once. */
  readonly limit?: number;
}

/** Reads the page of index by-status that the cursor names, through all of these statuses. No cursor: it was the last. */
export async function readByStatus(
  { dynamoDb, tableName, values, before, limit }: IndexWalk,
  cursor: string | undefined,
): Promise<{ rows: readonly Row[]; cursor?: string }> {
  const { at, from } = cursor === undefined ? { at: 0 } : Place.parse(JSON.parse(cursor));
  const { Items = [], LastEvaluatedKey } = await dynamoDb.send(
    new QueryCommand({
      TableName: tableName,
      IndexName: 'by-status',
      KeyConditionExpression: before === undefined ? '#status = :status' : '#status = :status AND #timestamp < :before',
      ExpressionAttributeNames: {
        '#status': 'status',
        ...(before === undefined ? {} : { '#timestamp': INDEX_RANGE_KEY }),
      },
      ExpressionAttributeValues: { ':status': values[at], ...(before === undefined ? {} : { ':before': before }) },
      ExclusiveStartKey: from,
      Limit: limit,
    }),
  );
  const next = LastEvaluatedKey ? { at, from: LastEvaluatedKey } : { at: at + 1 };
  return { rows: Items, ...(next.at < values.length ? { cursor: JSON.stringify(next) } : {}) };
}

/** All rows of one partition of a table, read consistently. */
export const readPartition = (
  dynamoDb: DynamoDBDocumentClient,
  tableName: string,
  name: 'image_id' | 'person_id' | 'photo',
  value: string,
): Promise<Row[]> =>
  readRows(dynamoDb, {
    TableName: tableName,
    KeyConditionExpression: '#name = :value',
    ExpressionAttributeNames: { '#name': name },
    ExpressionAttributeValues: { ':value': value },
    ConsistentRead: true,
  });
