/**
 * How long an execution may take, waiting included: two days. At 4.5 searches per second that is enough for 750,000
 * faces that are uploaded at once. Afterwards nobody works on its photo, so a claim lasts as long. Work files must
 * outlive it.
 */
export const EXECUTION_TIMEOUT_SECONDS = 2 * 86_400;

/** How an execution can be, as Step Functions names it. */
export const EXECUTION_STATUSES = [
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
  'TIMED_OUT',
  'ABORTED',
  'PENDING_REDRIVE',
] as const;
