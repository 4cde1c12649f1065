import { applyDataFlow, evaluateChoice, evaluatePath, type Context } from '../../local/step-functions/dataflow.ts';
import { innerGraphs, parseDefinition } from '../../local/step-functions/definition.ts';
import type { Json, State, StateGraph } from '../../local/step-functions/state-types.ts';
import type { VirtualClock } from './clock.ts';
import { occasionOf, type Run } from './invocation.ts';
import type { LatencyName } from './latencies.ts';

/** Runs a task's function. */
export type InvokeTask = (arn: string, input: Json, at: Position) => Promise<Json>;

/** Where in the machine: the state, and the face of a Map's iteration. */
export interface Position {
  readonly run: Run;
  readonly state: string;
  readonly face?: number | undefined;
}

/**
 * Runs the deployed definition in virtual time, with Step Functions' own time for each state and invocation. There are
 * no failures in it, so it neither retries nor catches; paths and choices are evaluated as in the embedded account.
 */
export class StateMachine {
  readonly #graph: StateGraph;
  readonly #clock: VirtualClock;
  readonly #invoke: InvokeTask;

  constructor(definition: string, clock: VirtualClock, invoke: InvokeTask) {
    this.#graph = parseDefinition(definition, 'recognition');
    this.#clock = clock;
    this.#invoke = invoke;
  }

  async execute(run: Run, input: Json): Promise<Json> {
    await this.#ownTime({ run, state: 'start' }, 'StartExecution');
    return this.#runGraph(this.#graph, input, { Run: { Id: run.name, Name: run.name } }, { run });
  }

  async #runGraph(
    { StartAt, States }: StateGraph,
    input: Json,
    context: Context,
    where: Omit<Position, 'state'>,
  ): Promise<Json> {
    let [name, data]: [string | undefined, Json] = [StartAt, input];
    while (name !== undefined) {
      const state: State = States[name]!;
      const at = { ...where, state: name };
      await this.#ownTime(at, 'Transition');
      const inState = { ...context, State: { Name: name, RetryCount: 0, EnteredTime: this.#time() } };
      if (state.Type === 'Choice') name = await evaluateChoice(state, data, inState);
      else {
        data = await this.#runState(state, data, inState, at);
        name = state.Next;
      }
    }
    return data;
  }

  async #runState(state: State, input: Json, context: Context, at: Position): Promise<Json> {
    const { Parameters: _, ...paths } = state;
    if (state.Type === 'Map') {
      return applyDataFlow(paths, input, context, () => this.#runMap(state, input, context, at));
    }
    if (state.Type === 'Wait') {
      const until = Date.parse(String(await evaluatePath(state.TimestampPath!, input, context)));
      await this.#clock.sleep(until - this.#clock.now());
    }
    return applyDataFlow(state, input, context, (data) =>
      state.Type === 'Task' ? this.#runTask(state, data, at) : Promise.resolve(data),
    );
  }

  async #runTask({ Resource = '' }: State, input: Json, at: Position): Promise<Json> {
    await this.#ownTime(at, 'Invoke');
    return this.#invoke(Resource, input, at);
  }

  async #runMap(state: State, input: Json, context: Context, at: Position): Promise<Json> {
    const items = (await evaluatePath(state.ItemsPath!, input, context)) as Json[];
    const [graph] = innerGraphs(state);
    const remaining = [...items.entries()];
    const results: Json[] = [];
    const work = async () => {
      for (let next = remaining.shift(); next; next = remaining.shift()) {
        const [Index, Value] = next;
        const itemContext = { ...context, Map: { Item: { Index, Value } } };
        const selector = { Parameters: state.ItemSelector! };
        const item = await applyDataFlow(selector, input, itemContext, async (selected) => selected);
        results[Index] = await this.#runGraph(graph!, item, context, { ...at, face: Index });
      }
    };
    await Promise.all(Array.from({ length: state.MaxConcurrency ?? 40 }, work));
    return results;
  }

  async #ownTime({ run, state, face }: Position, what: LatencyName): Promise<void> {
    const milliseconds = run.draw(what, occasionOf(run, `${state} ${face ?? ''} ${what}`));
    const start = this.#clock.now();
    run.spans.push({ state, face, what, start, end: start + milliseconds });
    await this.#clock.sleep(milliseconds);
  }

  #time = () => new Date(this.#clock.now()).toISOString();
}
