import type { IncomingMessage, RequestListener } from 'node:http';

/** A call to a service. */
export interface Call {
  readonly service: Service;
  /** The API's name of the operation: `GetObject`, `UpdateItem`, … */
  readonly operation: string;
  /** The access key of its signature. A function's access key is its name. */
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

export function callOf({ headers, method = 'GET', url = '/' }: IncomingMessage): Call {
  const caller = /Credential=([^/,\s]+)/.exec(headers.authorization ?? '')?.[1] ?? '';
  const [prefix = '', operation] = String(headers['x-amz-target'] ?? '').split('.');
  if (operation !== undefined && Object.hasOwn(SERVICES, prefix)) {
    return { service: SERVICES[prefix as keyof typeof SERVICES], operation, caller };
  }
  // The SDK names the operation in the query, except for HeadObject and similar operations.
  const named = /[?&]x-id=(\w+)/.exec(url)?.[1];
  const verb = method.charAt(0) + method.slice(1).toLowerCase();
  return { service: 's3', operation: named ?? `${verb}Object`, caller };
}
