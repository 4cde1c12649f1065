import { BatchWriteCommand, paginateScan, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { TABLES, type TableName } from '../../schemas/tables.ts';

export async function scanTable(
  dynamoDb: DynamoDBDocumentClient,
  tableName: string,
): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  const pages = paginateScan({ client: dynamoDb }, { TableName: tableName, ConsistentRead: true });
  for await (const { Items = [] } of pages) rows.push(...Items);
  return rows;
}

/** Deletes every row. `table` tells which attributes are the key. */
export async function emptyTable(dynamoDb: DynamoDBDocumentClient, tableName: string, table: TableName): Promise<void> {
  const { hashKey, rangeKey } = TABLES[table];
  for (const row of await scanTable(dynamoDb, tableName)) {
    const Key = { [hashKey]: row[hashKey], [rangeKey]: row[rangeKey] };
    await dynamoDb.send(new BatchWriteCommand({ RequestItems: { [tableName]: [{ DeleteRequest: { Key } }] } }));
  }
}
