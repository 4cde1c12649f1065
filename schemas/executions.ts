/**
 * How long an execution may take, waiting included: two days. At 4.5 searches per second that is enough for 750,000
 * faces that are uploaded at once. Afterwards nobody works on its photo, so a claim lasts as long. Work files must
 * outlive it.
 */
export const EXECUTION_TIMEOUT_SECONDS = 2 * 86_400;
