import type { Details } from './journal.ts';
import type { Execution } from './tables.ts';

/** How an execution ends. */
export type Ending = Pick<Execution, 'status' | 'output' | 'error' | 'cause'>;

/** The last event of a history. */
export function endEvent({ status, output, error, cause }: Ending): [type: string, details: Details] {
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
