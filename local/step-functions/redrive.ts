import { HISTORY_LIMIT } from './journal.ts';
import type { Execution } from './sublevels.ts';

/** An execution can be redriven for 14 days after its end (Step Functions, RedriveExecution). */
const REDRIVABLE_MS = 14 * 86_400_000;

/** Why an execution cannot be redriven; undefined if it can. */
export function whyNotRedrivable(execution: Execution, lastEventId: number, now: number): string | undefined {
  const { status, stopDate = now } = execution;
  if (status === 'RUNNING' || status === 'SUCCEEDED') return `Execution is ${status} and cannot be redriven`;
  if (now - stopDate > REDRIVABLE_MS) return 'Execution is past the 14 day redrivable period and cannot be redriven';
  if (lastEventId + 1 >= HISTORY_LIMIT - 1) return 'Execution history event limit exceeded';
  return undefined;
}
