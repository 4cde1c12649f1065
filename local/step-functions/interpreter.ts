import { applyDataFlow, evaluateChoice, evaluatePath, type Context } from './dataflow.ts';
import { asStatesError, checkDataLimit, Halt, StatesError } from './errors.ts';
import { runMapOrParallel } from './map-parallel.ts';
import { findCatcher, RetryCounter } from './retries.ts';
import type { Json } from './state-types.ts';
import type { ExecutionRuntime, GraphRun, StatePosition, StateVisit } from './state-visit.ts';
import type { ExecutionPosition } from './sublevels.ts';
import { runTask } from './task-state.ts';

/** Runs one state after the other, from the position that is in the store or else from the start. */
export async function runGraph(run: GraphRun, input: Json, onEnd: () => void = () => {}): Promise<Json> {
  const { runtime, graph, chain } = run;
  const stored = await runtime.journal.position(chain.path);
  chain.lastEventId = Math.max(chain.lastEventId, stored?.last ?? 0);
  let position = stored ?? enterState(run, graph.StartAt, input, 0);
  while (!('output' in position)) {
    if (run.stopSignal.aborted) throw new Halt('Stopped between states');
    const { state: name, step } = position;
    const state = graph.States[name];
    if (!state) throw new StatesError('States.Runtime', `There is no state ${name}`);
    const context = contextOf(runtime, position);
    const { output, next } = await runState({ ...run, name, state, position, context });
    const text = JSON.stringify(output);
    runtime.journal.append(chain, `${state.Type}StateExited`, {
      stateExitedEventDetails: { name, output: text, outputDetails: { truncated: false } },
    });
    position = next === undefined ? endRun(run, output, onEnd) : enterState(run, next, output, step + 1);
  }
  return position.output;
}

function enterState({ runtime, graph, chain }: GraphRun, name: string, input: Json, step: number): ExecutionPosition {
  runtime.journal.append(chain, `${graph.States[name]?.Type}StateEntered`, {
    stateEnteredEventDetails: { name, input: JSON.stringify(input), inputDetails: { truncated: false } },
  });
  const position = { state: name, input, entered: runtime.now(), step, attempt: 0, last: chain.lastEventId };
  runtime.journal.savePosition(chain.path, position);
  return position;
}

function endRun({ runtime, chain }: GraphRun, output: Json, onEnd: () => void): ExecutionPosition {
  onEnd();
  const position = { output, last: chain.lastEventId };
  runtime.journal.savePosition(chain.path, position);
  return position;
}

function contextOf(runtime: ExecutionRuntime, { state: Name, entered, attempt: RetryCount }: StatePosition): Context {
  const EnteredTime = new Date(entered).toISOString();
  return { ...runtime.context, State: { Name, EnteredTime, RetryCount } };
}

interface StateResult {
  readonly output: Json;
  /** The next state; undefined at the end of the graph. */
  readonly next: string | undefined;
}

/** Runs a state until it succeeds, its error is caught, or no retry is left. */
async function runState(visit: StateVisit): Promise<StateResult> {
  const { runtime, state, name, chain, stopSignal } = visit;
  const retries = new RetryCounter(state.Retry);
  for (;;) {
    try {
      const result = await attemptState(visit);
      checkDataLimit(result.output, `The state/task '${name}' returned a result that`);
      return result;
    } catch (thrown) {
      if (thrown instanceof Halt) throw thrown;
      const error = asStatesError(thrown);
      const delay = retries.nextDelay(error.name, runtime.random);
      if (delay === undefined) return catchError(visit, error);
      await runtime.sleep(delay, stopSignal);
      if (stopSignal.aborted) throw new Halt('Stopped before a retry');
      const { begun: _, ...position } = visit.position;
      visit.position = { ...position, attempt: position.attempt + 1, last: chain.lastEventId };
      runtime.journal.savePosition(chain.path, visit.position);
    }
  }
}

async function catchError({ state, position, context }: StateVisit, error: StatesError): Promise<StateResult> {
  const catcher = findCatcher(state.Catch, error.name);
  if (!catcher) throw error;
  const paths = catcher.ResultPath === undefined ? {} : { ResultPath: catcher.ResultPath };
  const errorOutput = { Error: error.name, Cause: error.message };
  const output = await applyDataFlow(paths, position.input, context, async () => errorOutput);
  return { output, next: catcher.Next };
}

async function attemptState(visit: StateVisit): Promise<StateResult> {
  const { state, context, position, runtime, stopSignal } = visit;
  const dataFlow = async (work: (input: Json) => Promise<Json>): Promise<StateResult> => ({
    output: await applyDataFlow(state, position.input, context, work),
    next: state.Next,
  });
  switch (state.Type) {
    case 'Task':
      return dataFlow((parameters) => runTask(visit, parameters));
    case 'Map':
    case 'Parallel':
      return { output: await runMapOrParallel(visit, runGraph), next: state.Next };
    case 'Pass':
      return dataFlow(async (input) => state.Result ?? ('Result' in state ? null : input));
    case 'Wait':
      return dataFlow(async (input) => {
        await runtime.sleep(await remainingWait(visit), stopSignal);
        if (stopSignal.aborted) throw new Halt('Stopped while waiting');
        return input;
      });
    case 'Succeed':
      return { ...(await dataFlow(async (input) => input)), next: undefined };
    case 'Choice': {
      const next = await evaluateChoice(state, position.input, context);
      return { ...(await dataFlow(async (input) => input)), next };
    }
    case 'Fail': {
      const error = state.ErrorPath ? await evaluatePath(state.ErrorPath, position.input, context) : state.Error;
      const cause = state.CausePath ? await evaluatePath(state.CausePath, position.input, context) : state.Cause;
      throw new StatesError(String(error ?? ''), String(cause ?? ''));
    }
  }
}

/** Milliseconds. Seconds count from the entry into the state, so a Wait does not start again after a restart. */
async function remainingWait({ state, position, context, runtime }: StateVisit): Promise<number> {
  const { input, entered } = position;
  const seconds = state.SecondsPath ? await evaluatePath(state.SecondsPath, input, context) : state.Seconds;
  const time = state.TimestampPath ? await evaluatePath(state.TimestampPath, input, context) : state.Timestamp;
  const end = time === undefined ? entered + Number(seconds ?? 0) * 1000 : Date.parse(String(time));
  return Math.max(0, end - runtime.now());
}
