import { flow, read } from './dataflow.ts';
import { charts } from './definition.ts';
import { Halt, StatesError } from './failure.ts';
import type { Visit, Way } from './interpreter.ts';
import type { Strand } from './journal.ts';
import type { Chart, Json } from './state-types.ts';

/** What a Map without MaxConcurrency runs at once (Step Functions quotas, inline Map). */
const mostAtOnce = 40;

type Walk = (way: Way, input: Json, onEnd: () => void) => Promise<Json>;

interface Job {
  readonly chart: Chart;
  readonly input: Json;
}

/** Runs the iterations of a Map or the branches of a Parallel. The first that fails stops the others after their state. */
export async function fanOut(here: Visit, walk: Walk): Promise<Json> {
  const { state, place, context } = here;
  const { Parameters: _, ...paths } = state;
  // A Map's Parameters are the old name of its ItemSelector: they are for each item.
  return flow(state.Type === 'Map' ? paths : state, place.input, context, async (input) => {
    const jobs =
      state.Type === 'Map' ? await iterations(here, input) : charts(state).map((chart) => ({ chart, input }));
    return new Fan(here, walk, jobs, await atOnce(here, input)).results();
  });
}

async function iterations({ state, name, context }: Visit, input: Json): Promise<Job[]> {
  const items = state.ItemsPath ? await read(state.ItemsPath, input, context) : input;
  const [chart] = charts(state);
  if (!Array.isArray(items) || !chart) {
    throw new StatesError('States.Runtime', `The items of the Map state '${name}' are not an array.`);
  }
  const selector = state.ItemSelector ?? state.Parameters;
  if (selector === undefined) return items.map((item) => ({ chart, input: item }));
  return Promise.all(
    items.map(async (Value, Index) => {
      const inside = { ...context, Map: { Item: { Index, Value } } };
      return { chart, input: await flow({ Parameters: selector }, input, inside, async (selected) => selected) };
    }),
  );
}

async function atOnce({ state, context }: Visit, input: Json): Promise<number> {
  if (state.Type === 'Parallel') return Infinity;
  const bound = state.MaxConcurrencyPath ? await read(state.MaxConcurrencyPath, input, context) : state.MaxConcurrency;
  return Number(bound ?? 0) || mostAtOnce;
}

class Fan {
  readonly #here: Visit;
  readonly #walk: Walk;
  readonly #jobs: readonly Job[];
  readonly #lanes: number;
  readonly #stop = new AbortController();
  readonly #stopping: AbortSignal;
  readonly #results: Json[] = [];
  #next = 0;
  /** The event that iterations begin at, and the latest of theirs. */
  #origin = 0;
  #latest = 0;

  constructor(here: Visit, walk: Walk, jobs: readonly Job[], lanes: number) {
    this.#here = here;
    this.#walk = walk;
    this.#jobs = jobs;
    this.#lanes = Math.min(lanes, jobs.length);
    this.#stopping = AbortSignal.any([here.stopping, this.#stop.signal]);
  }

  async results(): Promise<Json> {
    const { state, strand, run } = this.#here;
    this.#begin();
    const lanes = Array.from({ length: this.#lanes }, () => this.#lane());
    // All are waited for: what a stopped iteration was calling is recorded, and a redrive does not call it again.
    const failed = (await Promise.allSettled(lanes)).filter((lane) => lane.status === 'rejected');
    const reasons = failed.map(({ reason }): unknown => reason);
    strand.last = this.#latest;
    if (this.#here.stopping.aborted) throw new Halt('Stopped in an iteration');
    const error = reasons.find((reason) => !(reason instanceof Halt)) ?? reasons[0];
    if (error !== undefined) {
      if (!(error instanceof Halt)) run.journal.append(strand, `${state.Type}StateFailed`);
      throw error;
    }
    run.journal.append(strand, `${state.Type}StateSucceeded`);
    return this.#results;
  }

  #begin(): void {
    const { strand, place } = this.#here;
    if (!place.begun) this.#recordBeginning();
    this.#origin = strand.last;
    this.#latest = strand.last;
  }

  #recordBeginning(): void {
    const { state, strand, run, place } = this.#here;
    const length = this.#jobs.length;
    run.journal.append(
      strand,
      `${state.Type}StateStarted`,
      state.Type === 'Map' ? { mapStateStartedEventDetails: { length } } : {},
    );
    this.#here.place = { ...place, begun: true, last: strand.last };
    run.journal.move(strand.path, this.#here.place);
  }

  async #lane(): Promise<void> {
    while (this.#next < this.#jobs.length && !this.#stopping.aborted) {
      const index = this.#next++;
      const job = this.#jobs[index];
      if (!job) return;
      try {
        this.#results[index] = await this.#iterate(job, index);
      } catch (error) {
        this.#stop.abort();
        throw error;
      }
    }
  }

  async #iterate({ chart, input }: Job, index: number): Promise<Json> {
    const { run, strand: parent, place } = this.#here;
    const path = `${parent.path}${place.step}.${place.attempt}.${index}/`;
    const strand: Strand = { path, last: this.#origin };
    if (!(await run.journal.place(path))) this.#record(strand, 'Started', index);
    try {
      const way = { run, chart, strand, stopping: this.#stopping };
      return await this.#walk(way, input, () => this.#record(strand, 'Succeeded', index));
    } catch (error) {
      if (!(error instanceof Halt)) this.#record(strand, 'Failed', index);
      else if (!this.#here.stopping.aborted) this.#record(strand, 'Aborted', index);
      throw error;
    } finally {
      this.#latest = Math.max(this.#latest, strand.last);
    }
  }

  /** Branches of a Parallel have no events of their own. */
  #record(strand: Strand, what: 'Started' | 'Succeeded' | 'Failed' | 'Aborted', index: number): void {
    const { state, name, run } = this.#here;
    if (state.Type !== 'Map') return;
    run.journal.append(strand, `MapIteration${what}`, { [`mapIteration${what}EventDetails`]: { name, index } });
  }
}
