import type { IncomingMessage } from 'node:http';
import { newTrace, type Invoke } from '../../local/lambda/lambda.ts';
import { stateOfFunction, type StateMachine } from './state-machines.ts';

/** The state that an invocation belongs to, and the iteration of the Map around it. */
export interface TaskInvocation {
  readonly state: string;
  readonly item: number | undefined;
}

/** Finds the invocation that a request was made in, by the X-Ray trace that the request carries. */
export class InvocationTracker {
  readonly #machine: StateMachine;
  readonly #byTrace = new Map<string, TaskInvocation>();

  constructor(machine: StateMachine) {
    this.#machine = machine;
  }

  readonly interceptInvoke =
    (invoke: Invoke): Invoke =>
    (functionArn, payload, trace = newTrace()) => {
      const state = stateOfFunction(this.#machine, functionArn);
      const item = (payload as { face?: { index?: number } }).face?.index;
      if (state !== undefined) this.#byTrace.set(trace, { state, item });
      return invoke(functionArn, payload, trace);
    };

  ofTrace(trace: string | undefined): TaskInvocation | undefined {
    return this.#byTrace.get(trace ?? '');
  }

  ofRequest({ headers }: IncomingMessage): TaskInvocation | undefined {
    return this.ofTrace(String(headers['x-amzn-trace-id']));
  }
}
