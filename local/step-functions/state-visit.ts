import type { Context } from './dataflow.ts';
import type { EventChain, Journal } from './journal.ts';
import type { State, StateGraph } from './state-types.ts';
import type { ExecutionPosition } from './sublevels.ts';
import type { Caller, Integrations } from './tasks.ts';

/** What all states of one execution share. */
export interface ExecutionRuntime {
  readonly journal: Journal;
  readonly integrations: Integrations;
  readonly caller: Caller;
  readonly region: string;
  /** The context object `$$`, without its fields about a state or a Map item. */
  readonly context: Context;
  /** When it is aborted, everything stops at once, even in the middle of a task. */
  readonly abortSignal: AbortSignal;
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly random: () => number;
  readonly now: () => number;
}

/** One run through a graph: of the whole state machine, an iteration of a Map or a branch of a Parallel. */
export interface GraphRun {
  readonly runtime: ExecutionRuntime;
  readonly graph: StateGraph;
  readonly chain: EventChain;
  /** When it is aborted, the run stops after the state it is in, and waits are cut short. */
  readonly stopSignal: AbortSignal;
}

/** One visit to a state, with all its retries. */
export interface StateVisit extends GraphRun {
  readonly name: string;
  readonly state: State;
  readonly context: Context;
  position: StatePosition;
}

/** The position of a run that is in a state, not at its end. */
export type StatePosition = Exclude<ExecutionPosition, { output: unknown }>;
