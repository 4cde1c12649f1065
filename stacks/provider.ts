import { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js';
import type { Construct } from 'constructs';
import type { Config } from '../schemas/config.ts';

/** The AWS APIs that the stack's resources use, by the provider's names. */
const SERVICES = [
  'apigatewayv2',
  'cloudfront',
  'cloudwatch',
  'cognitoidp',
  'dynamodb',
  'events',
  'iam',
  'kms',
  'lambda',
  'logs',
  'rekognition',
  's3',
  'sfn',
  'sns',
  'sqs',
  'sts',
] as const;

export function addProvider(scope: Construct, config: Config): void {
  const { endpointUrl, s3UsePathStyle, region, environment } = config;
  new AwsProvider(scope, 'aws', {
    region,
    defaultTags: [{ tags: { project: 'rollcall', environment } }],
    ...(s3UsePathStyle ? { s3UsePathStyle } : {}),
    ...(endpointUrl === undefined
      ? {}
      : { endpoints: [Object.fromEntries(SERVICES.map((service) => [service, endpointUrl]))] }),
  });
}
