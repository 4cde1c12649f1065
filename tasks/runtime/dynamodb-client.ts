import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { RETRIED_BY_SDK } from './client-settings.ts';

/** In a file of its own, because esbuild keeps these imports even in bundles that call none of them. */
export const dynamoDbClient = () =>
  DynamoDBDocumentClient.from(new DynamoDBClient(RETRIED_BY_SDK), {
    marshallOptions: { removeUndefinedValues: true },
  });
