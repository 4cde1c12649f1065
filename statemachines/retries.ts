import type { Retrier } from './asl.ts';

/** Throttling by Rekognition, DynamoDB, S3 or Lambda: long waits, with jitter. */
const throttled: Retrier = {
  ErrorEquals: [
    'ProvisionedThroughputExceededException',
    'ThrottlingException',
    'RequestLimitExceeded',
    'SlowDown',
    'Lambda.TooManyRequestsException',
  ],
  IntervalSeconds: 2,
  MaxAttempts: 8,
  BackoffRate: 2,
  MaxDelaySeconds: 60,
  JitterStrategy: 'FULL',
};

/** Errors of a service, or of the network. */
const unavailable: Retrier = {
  ErrorEquals: ['InternalServerError', 'InternalError', 'ServiceUnavailable', 'NetworkError', 'TimeoutError'],
  IntervalSeconds: 1,
  MaxAttempts: 4,
  BackoffRate: 2,
  MaxDelaySeconds: 20,
  JitterStrategy: 'FULL',
};

/** Errors of the Lambda platform, or a function that ran out of time or memory. */
const platform: Retrier = {
  ErrorEquals: [
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
    'Lambda.ClientExecutionTimeoutException',
    'Lambda.Unknown',
    'Sandbox.Timedout',
    'Runtime.ExitError',
    'States.Timeout',
  ],
  IntervalSeconds: 1,
  MaxAttempts: 3,
  BackoffRate: 2,
  MaxDelaySeconds: 20,
  JitterStrategy: 'FULL',
};

/** By name and never States.ALL: an unforeseen error fails the execution at once, and a redrive continues there. */
export const RETRIES: readonly Retrier[] = [throttled, unavailable, platform];
