import { historyLimit } from './journal.ts';
import type { Execution } from './tables.ts';

const day = 86_400_000;

/** How long after its end an execution can be redriven (Step Functions, RedriveExecution). */
const redrivablePeriod = 14 * day;

/** Why an execution cannot be redriven; undefined when it can. */
export function whyNotRedrivable(execution: Execution, lastEventId: number, now: number): string | undefined {
  const { status, stopDate = now } = execution;
  if (status === 'RUNNING' || status === 'SUCCEEDED') return `Execution is ${status} and cannot be redriven`;
  if (now - stopDate > redrivablePeriod) return 'Execution is past the 14 day redrivable period and cannot be redriven';
  if (lastEventId + 1 >= historyLimit - 1) return 'Execution history event limit exceeded';
  return undefined;
}
