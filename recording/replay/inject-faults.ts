import type { Call, Intercept } from '../../local/calls.ts';
import { sendAnswer } from './send-answer.ts';
import type { InvocationTracker } from './invocation-tracker.ts';

/** Something that goes wrong beside what was recorded. */
export interface InjectedFault extends Pick<Call, 'service' | 'operation'> {
  readonly state: string;
  /** One iteration of the Map around it; every one unless told. */
  readonly item?: number;
  readonly error: string;
  /** How many requests meet it. */
  readonly times: number;
}

export function injectFaults(spots: InvocationTracker, faults: readonly InjectedFault[]): Intercept {
  const left = faults.map(({ times }) => times);
  return (call, serve) => (request, response) => {
    const spot = spots.ofRequest(request);
    const index = faults.findIndex(({ state, item, service, operation }, at) => {
      const here = state === spot?.state && (item === undefined || item === spot.item);
      return here && service === call.service && operation === call.operation && (left[at] ?? 0) > 0;
    });
    const fault = faults[index];
    if (!fault) return serve(request, response);
    left[index] = (left[index] ?? 0) - 1;
    void sendAnswer(call, request, response, { error: { name: fault.error, message: 'injected' } });
  };
}
