import type { ServerResponse } from 'node:http';
import type { Call } from '../../local/calls.ts';
import { send } from '../../local/http.ts';

export interface Fault {
  readonly name: string;
  readonly what: 'throttle' | 'fail' | 'reset' | 'crash' | 'no answer';
  /** Whether the service carries the call out first. */
  readonly afterEffect: boolean;
  /** One request; or all requests of one call, so that the task sees the error; or every call until it is disarmed. */
  readonly lasts: 'one request' | 'one call' | 'until disarmed';
}

export const FAULTS: readonly Fault[] = [
  { name: 'throttled once', what: 'throttle', afterEffect: false, lasts: 'one request' },
  { name: 'throttled until retries are out', what: 'throttle', afterEffect: false, lasts: 'until disarmed' },
  { name: 'service error', what: 'fail', afterEffect: false, lasts: 'one call' },
  { name: 'time-out after it took effect', what: 'no answer', afterEffect: true, lasts: 'one request' },
  { name: 'connection reset before it', what: 'reset', afterEffect: false, lasts: 'one call' },
  { name: 'crash before it', what: 'crash', afterEffect: false, lasts: 'one request' },
  { name: 'crash after it', what: 'crash', afterEffect: true, lasts: 'one request' },
];

/** Error names as the services' own models have them. */
const NAMES: Readonly<Record<Call['service'], { throttle: string; fail: string }>> = {
  s3: { throttle: 'SlowDown', fail: 'InternalError' },
  dynamodb: { throttle: 'ProvisionedThroughputExceededException', fail: 'InternalServerError' },
  rekognition: { throttle: 'ProvisionedThroughputExceededException', fail: 'InternalServerError' },
  stepFunctions: { throttle: 'ThrottlingException', fail: 'InternalServerError' },
  sqs: { throttle: 'ThrottlingException', fail: 'InternalServerError' },
  events: { throttle: 'ThrottlingException', fail: 'InternalException' },
};

export function refuse({ service, operation }: Call, what: 'throttle' | 'fail', response: ServerResponse): void {
  const name = NAMES[service][what];
  if (service === 's3') {
    // An answer to HEAD has no body, and so no error name.
    const body = operation.startsWith('Head')
      ? ''
      : `<?xml version="1.0"?><Error><Code>${name}</Code><Message>injected</Message></Error>`;
    return send(response, what === 'throttle' ? 503 : 500, { 'content-type': 'application/xml' }, body);
  }
  const body = JSON.stringify({ __type: name, message: 'injected' });
  send(response, what === 'throttle' ? 400 : 500, { 'content-type': 'application/x-amz-json-1.0' }, body);
}
