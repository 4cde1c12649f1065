import type { IncomingMessage, RequestListener } from 'node:http';
import { signerOf } from './access-key.ts';

/** A call to a service. */
export interface Call {
  readonly service: Service;
  /** The API's name of the operation: `GetObject`, `UpdateItem`, … */
  readonly operation: string;
  /** Who signed it. A function signs with its name. */
  readonly caller: string;
}

/** Intercepts calls to services, to record, delay, answer or fail them. */
export type Intercept = (call: Call, serve: RequestListener) => RequestListener;

/** Services by the prefix of X-Amz-Target. S3 has none. */
const SERVICES = {
  RekognitionService: 'rekognition',
  DynamoDB_20120810: 'dynamodb',
  AWSStepFunctions: 'stepFunctions',
  AmazonSQS: 'sqs',
  AWSEvents: 'events',
} as const;
export type Service = (typeof SERVICES)[keyof typeof SERVICES] | 's3';

/** Operations that neither a header nor the SDK names: their query does. */
const S3_OPERATIONS: Readonly<Record<string, string>> = {
  'GET versions': 'ListObjectVersions',
  'POST delete': 'DeleteObjects',
  'GET tagging': 'GetObjectTagging',
};

// https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html
export const FUNCTIONS_PATH = '/2015-03-31/functions/';

/** Lambda's paths begin with the date of its API version, and no bucket has that name. */
export const isLambdaUrl = (url: string) => url.startsWith(FUNCTIONS_PATH);

export function callOf(request: IncomingMessage): Call {
  const { headers, method = 'GET', url = '/' } = request;
  const { caller } = signerOf(request);
  const [prefix = '', operation] = String(headers['x-amz-target'] ?? '').split('.');
  if (operation !== undefined && Object.hasOwn(SERVICES, prefix)) {
    return { service: SERVICES[prefix as keyof typeof SERVICES], operation, caller };
  }
  const subresource = /[?&](versions|delete|tagging)(?:[&=]|$)/.exec(url)?.[1];
  const bySubresource = S3_OPERATIONS[`${method} ${subresource}`];
  if (bySubresource !== undefined) return { service: 's3', operation: bySubresource, caller };
  // The SDK names the operation in the query, except for HeadObject and similar operations.
  const named = /[?&]x-id=(\w+)/.exec(url)?.[1];
  const verb = method.charAt(0) + method.slice(1).toLowerCase();
  return { service: 's3', operation: named ?? `${verb}Object`, caller };
}
