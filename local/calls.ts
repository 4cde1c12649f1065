import type { IncomingMessage, RequestListener } from 'node:http';

/** What is asked of which service, and by whom. */
export interface Call {
  readonly service: Service;
  /** As the API has it: `GetObject`, `UpdateItem`, … */
  readonly operation: string;
  /** The access key it is signed with: a function's is its name. */
  readonly caller: string;
}

/** Stands before all services: serves a call itself, or wraps what serves it. Records, delays, faults. */
export type Intercept = (call: Call, serve: RequestListener) => RequestListener;

/** By the prefix of X-Amz-Target; S3 has none. */
const SERVICES = {
  RekognitionService: 'rekognition',
  DynamoDB_20120810: 'dynamodb',
  AWSStepFunctions: 'stepFunctions',
  AmazonSQS: 'sqs',
  AWSEvents: 'events',
} as const;
export type Service = (typeof SERVICES)[keyof typeof SERVICES] | 's3';

export function callOf({ headers, method = 'GET', url = '/' }: IncomingMessage): Call {
  const caller = /Credential=([^/,\s]+)/.exec(headers.authorization ?? '')?.[1] ?? '';
  const [prefix = '', operation] = String(headers['x-amz-target'] ?? '').split('.');
  if (operation !== undefined && Object.hasOwn(SERVICES, prefix)) {
    return { service: SERVICES[prefix as keyof typeof SERVICES], operation, caller };
  }
  // The SDK names the operation in the query, but for HeadObject and its like.
  const named = /[?&]x-id=(\w+)/.exec(url)?.[1];
  const verb = method.charAt(0) + method.slice(1).toLowerCase();
  return { service: 's3', operation: named ?? `${verb}Object`, caller };
}
