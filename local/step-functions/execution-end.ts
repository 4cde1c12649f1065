import type { Details } from './journal.ts';
import type { Execution } from './sublevels.ts';

/** How an execution ends. */
export type ExecutionEnd = Pick<Execution, 'status' | 'output' | 'error' | 'cause'>;

/** The last event in the history. */
export function endEvent({ status, output, error, cause }: ExecutionEnd): [type: string, details: Details] {
  switch (status) {
    case 'SUCCEEDED':
      return [
        'ExecutionSucceeded',
        { executionSucceededEventDetails: { output, outputDetails: { truncated: false } } },
      ];
    case 'TIMED_OUT':
      return ['ExecutionTimedOut', { executionTimedOutEventDetails: { error, cause } }];
    case 'ABORTED':
      return ['ExecutionAborted', { executionAbortedEventDetails: { error, cause } }];
    default:
      return ['ExecutionFailed', { executionFailedEventDetails: { error, cause } }];
  }
}
