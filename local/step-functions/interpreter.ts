import { choose, flow, read, type Context } from './dataflow.ts';
import { asStatesError, Halt, StatesError, withinLimit } from './failure.ts';
import { fanOut } from './fan-out.ts';
import type { Journal, Strand } from './journal.ts';
import { catcherFor, Retries } from './retries.ts';
import type { Chart, Json, State } from './state-types.ts';
import { runTask } from './task-state.ts';
import type { Place } from './tables.ts';
import type { Caller, Integrations } from './tasks.ts';

/** What one execution runs with. */
export interface Run {
  readonly journal: Journal;
  readonly services: Integrations;
  readonly caller: Caller;
  readonly region: string;
  /** `$$` without what belongs to a state. */
  readonly context: Context;
  /** Aborted: everything is dropped where it stands. */
  readonly signal: AbortSignal;
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly random: () => number;
  readonly now: () => number;
}

/** Where a line of states runs. */
export interface Way {
  readonly run: Run;
  readonly chart: Chart;
  readonly strand: Strand;
  /** Aborted: goes no further than the state it is in. */
  readonly stopping: AbortSignal;
}

/** A visit to a state. */
export interface Visit extends Way {
  readonly name: string;
  readonly state: State;
  readonly context: Context;
  place: Exclude<Place, { output: Json }>;
}

/** Goes from state to state, beginning where the execution stood when it was last seen. */
export async function walk(way: Way, input: Json, onEnd: () => void = () => {}): Promise<Json> {
  const { run, chart, strand } = way;
  const before = await run.journal.place(strand.path);
  strand.last = Math.max(strand.last, before?.last ?? 0);
  let place = before ?? enter(way, chart.StartAt, input, 0);
  while (!('output' in place)) {
    if (way.stopping.aborted) throw new Halt('Stopped between states');
    const { state: name, step } = place;
    const state = chart.States[name];
    if (!state) throw new StatesError('States.Runtime', `There is no state ${name}`);
    const { output, next } = await visit({ ...way, name, state, place, context: contextIn(run, place) });
    const text = JSON.stringify(output);
    run.journal.append(strand, `${state.Type}StateExited`, {
      stateExitedEventDetails: { name, output: text, outputDetails: { truncated: false } },
    });
    place = next === undefined ? end(way, output, onEnd) : enter(way, next, output, step + 1);
  }
  return place.output;
}

function enter({ run, chart, strand }: Way, name: string, input: Json, step: number): Place {
  run.journal.append(strand, `${chart.States[name]?.Type}StateEntered`, {
    stateEnteredEventDetails: { name, input: JSON.stringify(input), inputDetails: { truncated: false } },
  });
  const place = { state: name, input, entered: run.now(), step, attempt: 0, last: strand.last };
  run.journal.move(strand.path, place);
  return place;
}

function end({ run, strand }: Way, output: Json, onEnd: () => void): Place {
  onEnd();
  const place = { output, last: strand.last };
  run.journal.move(strand.path, place);
  return place;
}

function contextIn(run: Run, place: Visit['place']): Context {
  const EnteredTime = new Date(place.entered).toISOString();
  return { ...run.context, State: { Name: place.state, EnteredTime, RetryCount: place.attempt } };
}

interface Outcome {
  readonly output: Json;
  readonly next: string | undefined;
}

/** Runs a state until it succeeds, an error is caught, or retries are out. */
async function visit(here: Visit): Promise<Outcome> {
  const { run, state, name } = here;
  const retries = new Retries(state.Retry);
  for (;;) {
    try {
      const outcome = await act(here);
      withinLimit(outcome.output, `The state/task '${name}' returned a result that`);
      return outcome;
    } catch (thrown) {
      if (thrown instanceof Halt) throw thrown;
      const error = asStatesError(thrown);
      const wait = retries.next(error.name, run.random);
      if (wait === undefined) return caught(here, error);
      await run.sleep(wait, here.stopping);
      if (here.stopping.aborted) throw new Halt('Stopped before a retry');
      const { begun: _, ...place } = here.place;
      here.place = { ...place, attempt: place.attempt + 1, last: here.strand.last };
      run.journal.move(here.strand.path, here.place);
    }
  }
}

async function caught({ state, place, context }: Visit, error: StatesError): Promise<Outcome> {
  const catcher = catcherFor(state.Catch, error.name);
  if (!catcher) throw error;
  const paths = catcher.ResultPath === undefined ? {} : { ResultPath: catcher.ResultPath };
  const output = await flow(paths, place.input, context, async () => ({ Error: error.name, Cause: error.message }));
  return { output, next: catcher.Next };
}

/** One attempt at a state. */
async function act(here: Visit): Promise<Outcome> {
  const { state, context, place, run } = here;
  const through = async (work: (input: Json) => Promise<Json>): Promise<Outcome> => ({
    output: await flow(state, place.input, context, work),
    next: state.Next,
  });
  switch (state.Type) {
    case 'Task':
      return through((parameters) => runTask(here, parameters));
    case 'Map':
    case 'Parallel':
      return { output: await fanOut(here, walk), next: state.Next };
    case 'Pass':
      return through(async (input) => state.Result ?? ('Result' in state ? null : input));
    case 'Wait':
      return through(async (input) => {
        await run.sleep(await waitTime(here), here.stopping);
        if (here.stopping.aborted) throw new Halt('Stopped while waiting');
        return input;
      });
    case 'Succeed':
      return { ...(await through(async (input) => input)), next: undefined };
    case 'Choice': {
      const next = await choose(state, place.input, context);
      return { ...(await through(async (input) => input)), next };
    }
    case 'Fail': {
      const error = state.ErrorPath ? await read(state.ErrorPath, place.input, context) : state.Error;
      const cause = state.CausePath ? await read(state.CausePath, place.input, context) : state.Cause;
      throw new StatesError(String(error ?? ''), String(cause ?? ''));
    }
  }
}

/** Milliseconds from now: a Wait that a restart interrupted does not begin anew. */
async function waitTime({ state, place, context, run }: Visit): Promise<number> {
  const seconds = state.SecondsPath ? await read(state.SecondsPath, place.input, context) : state.Seconds;
  const time = state.TimestampPath ? await read(state.TimestampPath, place.input, context) : state.Timestamp;
  const until = time === undefined ? place.entered + Number(seconds ?? 0) * 1000 : Date.parse(String(time));
  return Math.max(0, until - run.now());
}
