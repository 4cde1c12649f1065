import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { RekognitionClient } from '@aws-sdk/client-rekognition';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { credentialsOf, type Credentials } from './access-key.ts';

export interface Endpoint {
  readonly url: string;
  readonly region: string;
  /** A server without a key takes any. */
  readonly credentials?: Credentials;
}

export const clientConfig = ({ url, region, credentials = credentialsOf('test') }: Endpoint) => ({
  endpoint: url,
  region,
  credentials,
});

export type Clients = ReturnType<typeof createClients>;

/** The SDK's clients for the services of an embedded account. */
export function createClients(endpoint: Endpoint) {
  const config = clientConfig(endpoint);
  return {
    s3: new S3Client({ ...config, forcePathStyle: true }),
    dynamoDb: DynamoDBDocumentClient.from(new DynamoDBClient(config)),
    rekognition: new RekognitionClient(config),
    sfn: new SFNClient(config),
    sqs: new SQSClient(config),
  };
}
