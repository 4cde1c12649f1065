import { applyDataFlow, evaluatePath } from './dataflow.ts';
import { innerGraphs } from './definition.ts';
import { Halt, StatesError } from './errors.ts';
import type { EventChain } from './journal.ts';
import type { Json, StateGraph } from './state-types.ts';
import type { GraphRun, StateVisit } from './state-visit.ts';

/** Iterations that a Map without MaxConcurrency runs at once (Step Functions quotas, inline Map). */
const DEFAULT_CONCURRENCY = 40;

/** The interpreter's `runGraph`. A parameter, because importing it would make the imports circular. */
type RunGraph = (run: GraphRun, input: Json, onEnd: () => void) => Promise<Json>;

/** An iteration of a Map or a branch of a Parallel. */
interface Iteration {
  readonly graph: StateGraph;
  readonly input: Json;
}

/**
 * Runs the iterations of a Map or the branches of a Parallel. After the first failure no more are started, and those
 * that are running stop after the state they are in.
 */
export async function runMapOrParallel(visit: StateVisit, runGraph: RunGraph): Promise<Json> {
  const { state, position, context } = visit;
  const { Parameters: _, ...paths } = state;
  const isMap = state.Type === 'Map';
  // A Map's Parameters are the old name of ItemSelector, so they apply to each item and not to the state's input.
  return applyDataFlow(isMap ? paths : state, position.input, context, async (input) => {
    const iterations = isMap
      ? await mapIterations(visit, input)
      : innerGraphs(state).map((graph) => ({ graph, input }));
    return new IterationRunner(visit, runGraph, iterations, await maxConcurrency(visit, input)).run();
  });
}

async function mapIterations({ state, name, context }: StateVisit, input: Json): Promise<Iteration[]> {
  const items = state.ItemsPath ? await evaluatePath(state.ItemsPath, input, context) : input;
  const [graph] = innerGraphs(state);
  if (!Array.isArray(items) || !graph) {
    throw new StatesError('States.Runtime', `The items of the Map state '${name}' are not an array.`);
  }
  const selector = state.ItemSelector ?? state.Parameters;
  if (selector === undefined) return items.map((item) => ({ graph, input: item }));
  return Promise.all(
    items.map(async (Value, Index) => {
      const itemContext = { ...context, Map: { Item: { Index, Value } } };
      const selected = applyDataFlow({ Parameters: selector }, input, itemContext, async (item) => item);
      return { graph, input: await selected };
    }),
  );
}

async function maxConcurrency({ state, context }: StateVisit, input: Json): Promise<number> {
  if (state.Type === 'Parallel') return Infinity;
  const { MaxConcurrency, MaxConcurrencyPath } = state;
  const declared = MaxConcurrencyPath ? await evaluatePath(MaxConcurrencyPath, input, context) : MaxConcurrency;
  return Number(declared ?? 0) || DEFAULT_CONCURRENCY;
}

class IterationRunner {
  readonly #visit: StateVisit;
  readonly #runGraph: RunGraph;
  readonly #iterations: readonly Iteration[];
  readonly #concurrency: number;
  readonly #failure = new AbortController();
  readonly #stopSignal: AbortSignal;
  readonly #results: Json[] = [];
  #nextIndex = 0;
  /** The event that every iteration's chain starts from. */
  #startEventId = 0;
  /** The latest event of any iteration. */
  #latestEventId = 0;

  constructor(visit: StateVisit, runGraph: RunGraph, iterations: readonly Iteration[], concurrency: number) {
    this.#visit = visit;
    this.#runGraph = runGraph;
    this.#iterations = iterations;
    this.#concurrency = Math.min(concurrency, iterations.length);
    this.#stopSignal = AbortSignal.any([visit.stopSignal, this.#failure.signal]);
  }

  async run(): Promise<Json> {
    const { state, chain, runtime, position, stopSignal } = this.#visit;
    if (!position.begun) this.#recordStart();
    this.#startEventId = chain.lastEventId;
    this.#latestEventId = chain.lastEventId;
    const workers = Array.from({ length: this.#concurrency }, () => this.#work());
    // Waits for all: the results of tasks that still run are recorded, so a redrive does not call them again.
    const settled = await Promise.allSettled(workers);
    const reasons = settled.flatMap((worker): unknown[] => (worker.status === 'rejected' ? [worker.reason] : []));
    chain.lastEventId = this.#latestEventId;
    if (stopSignal.aborted) throw new Halt('Stopped in an iteration');
    const error = reasons.find((reason) => !(reason instanceof Halt)) ?? reasons[0];
    if (error !== undefined) {
      if (!(error instanceof Halt)) runtime.journal.append(chain, `${state.Type}StateFailed`);
      throw error;
    }
    runtime.journal.append(chain, `${state.Type}StateSucceeded`);
    return this.#results;
  }

  #recordStart(): void {
    const { state, chain, runtime, position } = this.#visit;
    const { length } = this.#iterations;
    const details = state.Type === 'Map' ? { mapStateStartedEventDetails: { length } } : {};
    runtime.journal.append(chain, `${state.Type}StateStarted`, details);
    this.#visit.position = { ...position, begun: true, last: chain.lastEventId };
    runtime.journal.savePosition(chain.path, this.#visit.position);
  }

  /** Runs iterations one after the other; as many of these workers run at once as the concurrency allows. */
  async #work(): Promise<void> {
    while (this.#nextIndex < this.#iterations.length && !this.#stopSignal.aborted) {
      const index = this.#nextIndex++;
      const iteration = this.#iterations[index];
      if (!iteration) return;
      try {
        this.#results[index] = await this.#runIteration(iteration, index);
      } catch (error) {
        this.#failure.abort();
        throw error;
      }
    }
  }

  async #runIteration({ graph, input }: Iteration, index: number): Promise<Json> {
    const { runtime, chain: parent, position, stopSignal } = this.#visit;
    const path = `${parent.path}${position.step}.${position.attempt}.${index}/`;
    const chain: EventChain = { path, lastEventId: this.#startEventId };
    if (!(await runtime.journal.position(path))) this.#record(chain, 'Started', index);
    try {
      const run = { runtime, graph, chain, stopSignal: this.#stopSignal };
      return await this.#runGraph(run, input, () => this.#record(chain, 'Succeeded', index));
    } catch (error) {
      if (!(error instanceof Halt)) this.#record(chain, 'Failed', index);
      else if (!stopSignal.aborted) this.#record(chain, 'Aborted', index);
      throw error;
    } finally {
      this.#latestEventId = Math.max(this.#latestEventId, chain.lastEventId);
    }
  }

  /** The branches of a Parallel have no events of their own. */
  #record(chain: EventChain, change: 'Started' | 'Succeeded' | 'Failed' | 'Aborted', index: number): void {
    const { state, name, runtime } = this.#visit;
    if (state.Type !== 'Map') return;
    const details = { [`mapIteration${change}EventDetails`]: { name, index } };
    runtime.journal.append(chain, `MapIteration${change}`, details);
  }
}
