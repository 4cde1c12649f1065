import type { IncomingMessage } from 'node:http';
import { newTrace, type Invoke } from '../../local/lambda/lambda.ts';

/** For which state, and in which iteration of the Map around it, a function works. */
export interface TaskInvocation {
  readonly state: string;
  readonly item: number | undefined;
}

/** Tells by the trace that its requests carry for whom a function works. */
export class InvocationTracker {
  readonly #stateOf: (functionArn: string) => string | undefined;
  readonly #byTrace = new Map<string, TaskInvocation>();

  constructor(stateOf: (functionArn: string) => string | undefined) {
    this.#stateOf = stateOf;
  }

  readonly interceptInvoke =
    (invoke: Invoke): Invoke =>
    (functionArn, payload, trace = newTrace()) => {
      const state = this.#stateOf(functionArn);
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
