import { SERVICE_ERRORS, SLOT_FAULTS, THROTTLING_ERRORS, WAITING_FAULTS } from '../schemas/errors.ts';
import type { Retrier } from './asl.ts';

/** Long waits, with jitter: 14 minutes on average. Paid calls are paced, so this is for what pacing cannot foresee. */
const throttled: Retrier = {
  ErrorEquals: THROTTLING_ERRORS,
  IntervalSeconds: 2,
  MaxAttempts: 8,
  BackoffRate: 2.5,
  MaxDelaySeconds: 900,
  JitterStrategy: 'FULL',
};

/** No function was free: in a new account ten run at once, and ten thousand photos take turns for hours. */
const noFunctionFree = (
  delays: Pick<Retrier, 'IntervalSeconds' | 'MaxAttempts' | 'BackoffRate' | 'MaxDelaySeconds'>,
): Retrier => ({ ErrorEquals: ['Lambda.TooManyRequestsException'], ...delays, JitterStrategy: 'FULL' });

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

const retriers = (refused: Retrier): readonly Retrier[] => [throttled, refused, unavailable, platform];

/** By name and never States.ALL: an unforeseen error fails the execution at once, and a redrive continues there. */
export const RETRIES = retriers(
  noFunctionFree({ IntervalSeconds: 1, MaxAttempts: 300, BackoffRate: 1.5, MaxDelaySeconds: 120 }),
);

/**
 * What has begun goes first: otherwise photos that land take the functions away from those that have their slots. Long
 * delays leave functions to those, and short ones let the last photo of a burst wait for minutes at most.
 */
export const RETRIES_OF_A_START = retriers(
  noFunctionFree({ IntervalSeconds: 40, MaxAttempts: 400, BackoffRate: 1.25, MaxDelaySeconds: 300 }),
);

/** Goes back to the state that reserves slots or waits for them. */
export const slotMissed = <const Name extends string>(Next: Name) =>
  ({ ErrorEquals: SLOT_FAULTS, ResultPath: null, Next }) as const;

/** A photo can wait for its slots for hours: with these delays it is tried for two days, an execution's time-out. */
export const photoUnderWay: Retrier = {
  ErrorEquals: WAITING_FAULTS,
  IntervalSeconds: 1,
  MaxAttempts: 400,
  BackoffRate: 1.5,
  MaxDelaySeconds: 900,
  JitterStrategy: 'FULL',
};
