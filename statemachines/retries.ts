import { SERVICE_ERRORS, THROTTLING_ERRORS } from '../schemas/errors.ts';
import type { Retrier } from './asl.ts';

/** Long waits, with jitter. */
const throttled: Retrier = {
  ErrorEquals: THROTTLING_ERRORS,
  IntervalSeconds: 2,
  MaxAttempts: 8,
  BackoffRate: 2,
  MaxDelaySeconds: 60,
  JitterStrategy: 'FULL',
};

const unavailable: Retrier = {
  ErrorEquals: SERVICE_ERRORS,
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
    'Runtime.OutOfMemory',
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
