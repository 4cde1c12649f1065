/**
 * Settings of a client whose calls are retried by the SDK, because that costs milliseconds. Without time-outs a call to
 * a host that does not answer would last until the function's own time-out. In milliseconds; three attempts fit into
 * the shortest one, 25 s.
 */
export const RETRIED_BY_SDK = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 2000, requestTimeout: 7000, throwOnRequestTimeout: true },
};

/**
 * Settings of the client whose calls are retried by Step Functions alone, which waits with jitter while no function is
 * billed. A paid call, and the ten seconds that a task may wait for its slot, fit into the function's time-out of 55 s.
 */
export const RETRIED_BY_STEP_FUNCTIONS = {
  maxAttempts: 1,
  requestHandler: { connectionTimeout: 2000, requestTimeout: 40_000, throwOnRequestTimeout: true },
};
