import { paginateQuery, type DynamoDBDocumentClient, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';

export type Row = Readonly<Record<string, unknown>>;

/** What a query finds, row by row. A page is read when the one before it is used up. */
export async function* eachRow(dynamoDb: DynamoDBDocumentClient, query: QueryCommandInput): AsyncGenerator<Row> {
  for await (const { Items = [] } of paginateQuery({ client: dynamoDb }, query)) yield* Items;
}

/** All that a query finds. */
export const readRows = (dynamoDb: DynamoDBDocumentClient, query: QueryCommandInput): Promise<Row[]> =>
  Array.fromAsync(eachRow(dynamoDb, query));
