import { AsyncLocalStorage } from 'node:async_hooks';
import type { Draw } from './latencies.ts';

/** Something that took virtual time. */
export interface Span {
  /** The state, or `plain` for the plain Lambda. */
  readonly state: string;
  /** The face of a Map's iteration. */
  readonly face?: number | undefined;
  /** An operation of a service, the kind of pixel work, or Step Functions' own time: `Transition`, `Invoke`, … */
  readonly what: string;
  readonly start: number;
  readonly end: number;
}

/** One execution, or one invocation of the plain Lambda. */
export interface Run {
  readonly name: string;
  readonly draw: Draw;
  readonly spans: Span[];
  /** How often each occasion was drawn, so that a repeated call has a latency of its own. */
  readonly drawn: Map<string, number>;
}

/** One invocation of a function. */
export interface Invocation {
  readonly run: Run;
  readonly state: string;
  readonly face?: number | undefined;
  /** Until when its processor is busy: an invocation has one. */
  processorFree: number;
}

/** Tells calls and pixel work in this process which invocation they belong to. */
export const invocation = new AsyncLocalStorage<Invocation>();

/** Numbers the occasions of one kind. */
export function occasionOf({ drawn }: Run, occasion: string): string {
  const count = (drawn.get(occasion) ?? 0) + 1;
  drawn.set(occasion, count);
  return `${occasion} ${count}`;
}
