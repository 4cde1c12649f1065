import type { Retrier } from './asl.ts';

/** Too many calls a second, in Rekognition, DynamoDB, S3 or Lambda: wait long, and not all at once. */
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

/** Trouble at the service's end, or on the way to it. */
const unavailable: Retrier = {
  ErrorEquals: ['InternalServerError', 'InternalError', 'ServiceUnavailable', 'NetworkError', 'TimeoutError'],
  IntervalSeconds: 1,
  MaxAttempts: 4,
  BackoffRate: 2,
  MaxDelaySeconds: 20,
  JitterStrategy: 'FULL',
};

/** The Lambda platform, or a function that ran out of time or memory. */
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

/** By name and never States.ALL: an error that nobody foresaw stops at once, and a redrive goes on from there. */
export const RETRIES: readonly Retrier[] = [throttled, unavailable, platform];
