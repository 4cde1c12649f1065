import type { Call, Intercept } from '../../local/calls.ts';
import type { InvocationTracker } from './invocation-tracker.ts';
import { sendAnswer } from './send-answer.ts';

/** An error to answer with, in addition to what was recorded. */
export interface InjectedFault extends Pick<Call, 'service' | 'operation'> {
  readonly state: string;
  /** One iteration of the Map around the state. Default: all of them. */
  readonly item?: number;
  readonly error: string;
  /** How many requests it hits. */
  readonly times: number;
}

export function injectFaults(tracker: InvocationTracker, faults: readonly InjectedFault[]): Intercept {
  const remaining = faults.map(({ times }) => times);
  return (call, serve) => (request, response) => {
    const invocation = tracker.ofRequest(request);
    const index = faults.findIndex(({ state, item, service, operation }, at) => {
      const isHere = state === invocation?.state && (item === undefined || item === invocation.item);
      return isHere && service === call.service && operation === call.operation && (remaining[at] ?? 0) > 0;
    });
    const fault = faults[index];
    if (!fault) return serve(request, response);
    remaining[index] = (remaining[index] ?? 0) - 1;
    void sendAnswer(call, request, response, { error: { name: fault.error, message: 'injected' } });
  };
}
