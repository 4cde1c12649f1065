import type { Call, Intercept } from '../../local/calls.ts';
import { answer } from './answer.ts';
import type { Spots } from './invocations.ts';

/** Something that goes wrong beside what was recorded. */
export interface Fault extends Pick<Call, 'service' | 'operation'> {
  readonly state: string;
  /** One iteration of the Map around it; every one unless told. */
  readonly item?: number;
  readonly error: string;
  /** How many requests meet it. */
  readonly times: number;
}

export function faultsAt(spots: Spots, faults: readonly Fault[]): Intercept {
  const left = faults.map(({ times }) => times);
  return (call, serve) => (request, response) => {
    const spot = spots.of(request);
    const index = faults.findIndex(({ state, item, service, operation }, at) => {
      const here = state === spot?.state && (item === undefined || item === spot.item);
      return here && service === call.service && operation === call.operation && (left[at] ?? 0) > 0;
    });
    const fault = faults[index];
    if (!fault) return serve(request, response);
    left[index] = (left[index] ?? 0) - 1;
    void answer(call, request, response, { error: { name: fault.error, message: 'injected' } });
  };
}
