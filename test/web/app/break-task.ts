import { injectFaults, type InjectedFault } from '../../../recording/replay/inject-faults.ts';
import { InvocationTracker } from '../../../recording/replay/invocation-tracker.ts';
import type { TestAccount } from '../../support/test-account.ts';

/** From now on calls of a task fail. Gives what mends it. */
export function breakTask(account: TestAccount, ...faults: InjectedFault[]): () => void {
  const tracker = new InvocationTracker(account.stateMachine('recognition'));
  account.setInterceptors({
    intercept: injectFaults(tracker, faults),
    interceptInvoke: (invoke) => tracker.interceptInvoke(invoke),
  });
  return () => account.setInterceptors({});
}
