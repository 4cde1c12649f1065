import { asStatesError, Halt, StatesError } from '../../local/step-functions/errors.ts';
import { findCatcher, RetryCounter } from '../../local/step-functions/retries.ts';
import type { Json, State, StateGraph } from '../../local/step-functions/state-types.ts';
import { holds } from './choice.ts';
import { place, select, template, type Context } from './paths.ts';
import { Stop } from './virtual-time.ts';

/** What an execution needs from its surroundings. */
export interface Surroundings {
  readonly now: () => number;
  readonly random: () => number;
  readonly sleep: (milliseconds: number, stops: readonly Stop[]) => Promise<void>;
  /** Takes the time of entering a state, or of another attempt in it. Both are billed as a transition. */
  readonly transition: () => Promise<void>;
  /** Calls a Task's resource. */
  readonly call: (resource: string, input: Json) => Promise<Json>;
}

/** The state that is entered, its input and how often it has failed. */
export type Listener = (event: string, state: string) => void;

export interface ExecutionResult {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT';
  readonly error?: string;
  readonly output?: Json;
  /** Events of its history. */
  readonly events: number;
}

interface Visit {
  readonly context: Context;
  readonly stops: readonly Stop[];
}

const FAILED_WITHIN = 'An iteration beside it has failed';

/**
 * Walks through a definition like local/step-functions/, but keeps no history and evaluates only the paths and rules
 * that our definitions use: so 10,000 executions with 100,000 faces take seconds. Retries and catchers are those of the
 * local interpreter; test/bench/burst/machine.test.ts compares the two on random failures.
 */
export class Execution {
  #events = 2;
  readonly #timeOut = new Stop();
  readonly #graph: StateGraph;
  readonly #world: Surroundings;
  readonly #listen: Listener;

  constructor(graph: StateGraph, world: Surroundings, listen: Listener = () => {}) {
    this.#graph = graph;
    this.#world = world;
    this.#listen = listen;
  }

  async run(input: Json, arn: string): Promise<ExecutionResult> {
    const ended = new Stop();
    const work = this.#toEnd(input, { Execution: { Id: arn } }).finally(() => ended.stop());
    const { TimeoutSeconds } = this.#graph;
    if (TimeoutSeconds !== undefined) {
      void this.#world.sleep(TimeoutSeconds * 1000, [ended]).then(() => !ended.stopped && this.#timeOut.stop());
    }
    return { ...(await work), events: this.#events };
  }

  async #toEnd(input: Json, context: Context): Promise<Omit<ExecutionResult, 'events'>> {
    try {
      const output = await this.#runGraph(this.#graph, input, { context, stops: [this.#timeOut] });
      return { status: 'SUCCEEDED', output };
    } catch (error) {
      if (error instanceof Halt) return { status: 'TIMED_OUT' };
      return { status: 'FAILED', error: asStatesError(error).name };
    }
  }

  async #runGraph({ StartAt, States }: StateGraph, input: Json, visit: Visit): Promise<Json> {
    let [name, data]: [string | undefined, Json] = [StartAt, input];
    while (name !== undefined) {
      checkStops(visit);
      const state: State = States[name]!;
      this.#listen('entered', name);
      await this.#world.transition();
      const { output, next } = await this.#runState(state, name, data, visit);
      this.#events += 2;
      this.#listen('exited', name);
      [name, data] = [next, output];
    }
    return data;
  }

  async #runState(
    state: State,
    name: string,
    input: Json,
    visit: Visit,
  ): Promise<{ output: Json; next?: string | undefined }> {
    const retries = new RetryCounter(state.Retry);
    for (;;) {
      try {
        return await this.#attempt(state, input, visit);
      } catch (thrown) {
        if (thrown instanceof Halt) throw thrown;
        const error = asStatesError(thrown);
        const delay = retries.nextDelay(error.name, this.#world.random);
        if (delay === undefined) return caught(state, input, error);
        this.#listen('retried', name);
        await this.#world.sleep(delay, visit.stops);
        checkStops(visit);
        await this.#world.transition();
      }
    }
  }

  async #attempt(state: State, input: Json, visit: Visit): Promise<{ output: Json; next?: string | undefined }> {
    const { context } = visit;
    switch (state.Type) {
      case 'Task':
        return { output: place(state.ResultPath, input, await this.#call(state, input, visit)), next: state.Next };
      case 'Map':
        return { output: place(state.ResultPath, input, await this.#map(state, input, visit)), next: state.Next };
      case 'Choice': {
        const rule = state.Choices?.find((one) => holds({ ...one }, input, context));
        const next = rule?.Next ?? state.Default;
        if (next === undefined) throw new StatesError('States.NoChoiceMatched', '');
        return { output: input, next };
      }
      case 'Wait': {
        await this.#world.sleep(waitOf(state, input, context, this.#world.now()), visit.stops);
        checkStops(visit);
        return { output: input, next: state.Next };
      }
      case 'Pass':
      case 'Succeed':
        return { output: input, next: state.Next };
      default:
        throw new Error(`The simulation has no state of type ${state.Type}.`);
    }
  }

  async #call(state: State, input: Json, { context }: Visit): Promise<Json> {
    const payload = state.Parameters === undefined ? input : template(state.Parameters)(input, context);
    this.#events += 3;
    return this.#world.call(state.Resource ?? '', payload);
  }

  async #map(state: State, input: Json, { context, stops }: Visit): Promise<Json> {
    const items = select(state.ItemsPath ?? '$')(input, context) as Json[];
    const failure = new Stop();
    const visit = { context, stops: [...stops, failure] };
    const results: Json[] = [];
    let nextIndex = 0;
    const work = async () => {
      while (nextIndex < items.length && !visit.stops.some(({ stopped }) => stopped)) {
        const Index = nextIndex++;
        const Value = items[Index]!;
        const itemContext = { ...context, Map: { Item: { Index, Value } } };
        const item = state.ItemSelector === undefined ? Value : template(state.ItemSelector)(input, itemContext);
        this.#events += 2;
        try {
          results[Index] = await this.#runGraph(state.ItemProcessor!, item, visit);
        } catch (error) {
          failure.stop();
          throw error;
        }
      }
    };
    this.#events += 2;
    const workers = Array.from({ length: Math.min(state.MaxConcurrency || 40, items.length) }, work);
    const reasons = (await Promise.allSettled(workers)).flatMap((one): unknown[] =>
      one.status === 'rejected' ? [one.reason] : [],
    );
    if (stops.some(({ stopped }) => stopped)) throw new Halt('Stopped in an iteration');
    if (reasons.length > 0) throw reasons.find((reason) => !(reason instanceof Halt)) ?? reasons[0];
    return results;
  }
}

function checkStops({ stops }: Visit): void {
  if (stops.some(({ stopped }) => stopped)) throw new Halt(FAILED_WITHIN);
}

function caught(state: State, input: Json, error: StatesError): { output: Json; next: string } {
  const catcher = findCatcher(state.Catch, error.name);
  if (!catcher) throw error;
  return { output: place(catcher.ResultPath, input, { Error: error.name, Cause: error.message }), next: catcher.Next };
}

function waitOf(state: State, input: Json, context: Context, now: number): number {
  if (state.SecondsPath !== undefined) return Number(select(state.SecondsPath)(input, context)) * 1000;
  if (state.TimestampPath === undefined) return (state.Seconds ?? 0) * 1000;
  const at = Date.parse(String(select(state.TimestampPath)(input, context)));
  if (Number.isNaN(at)) throw new StatesError('States.Runtime', `${state.TimestampPath} is not a time.`);
  return Math.max(0, at - now);
}
