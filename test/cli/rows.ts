import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Target } from '../../client/deployment/target.ts';
import type { TableName } from '../../schemas/tables.ts';

/** Puts rows into a table as the tasks would have written them. */
export async function putRows({ dynamoDb, deployment }: Target, table: TableName, ...rows: object[]): Promise<void> {
  const TableName = deployment[`${table}_table`];
  await Promise.all(rows.map((row) => dynamoDb.send(new PutCommand({ TableName, Item: { ...row } }))));
}
