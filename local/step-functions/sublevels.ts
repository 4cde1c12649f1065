import type { EventBridgeEvent } from '../events/event.ts';
import { del, openSublevel, put, type Change, type Sublevel, type Store } from '../store.ts';
import type { Json } from './state-types.ts';

export type Status = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export interface Execution {
  readonly machine: string;
  readonly name: string;
  readonly status: Status;
  /** Epoch milliseconds, here and below. */
  readonly startDate: number;
  readonly stopDate?: number;
  /** JSON text, exactly as given. */
  readonly input: string;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly redriveCount: number;
  readonly redriveDate?: number;
  /** The key of the definition that it started with, which a redrive uses too. */
  readonly definition: string;
  readonly roleArn: string;
}

/** An event as it is stored. Its details have the name that GetExecutionHistory gives them for the event's type. */
export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly type: string;
  readonly timestamp: number;
  readonly [details: `${string}EventDetails`]: Readonly<Record<string, unknown>>;
}

/**
 * The state that an execution is in and its input, or its output at the end. Each iteration of a Map and each branch of
 * a Parallel has a position of its own. A position is written in one batch with the events that led to it, so a restart
 * or a redrive continues in that state and runs no earlier state again.
 */
export type ExecutionPosition =
  | {
      readonly state: string;
      readonly input: Json;
      readonly entered: number;
      /** Number of states visited before this one on the same path. */
      readonly step: number;
      /** Number of retries in this visit. */
      readonly attempt: number;
      /** Set once a Map or Parallel has recorded its start. */
      readonly begun?: true;
      /** The id of the latest event on this path. */
      readonly last: number;
    }
  | { readonly output: Json; readonly last: number };

/**
 * The sublevels of the store, and their keys. An execution's key is `machine/name`; no slash is allowed in either name.
 * - executions: the execution's key
 * - byStart: `machine/ALL/start/name` and `machine/STATUS/start/name`, with the execution's key as the value
 * - definitions: the hash of the definition
 * - machines: the name. Since when each state machine has had its definition
 * - history: `machine/name/id`
 * - compressedHistories: the execution's key. Holds the events of an execution that succeeded, in place of `history`
 * - positions: `machine/name/path`. The path is `root/`, or `root/STEP.ATTEMPT.INDEX/` for an iteration or branch
 * - outbox: a growing number. Holds the status events that the event bus has not accepted yet
 */
export interface Sublevels {
  readonly store: Store;
  readonly executions: Sublevel<Execution>;
  readonly byStart: Sublevel<string>;
  readonly definitions: Sublevel<string>;
  readonly machines: Sublevel<{ readonly hash: string; readonly since: number }>;
  readonly history: Sublevel<HistoryEvent>;
  readonly compressedHistories: Sublevel<Uint8Array>;
  readonly positions: Sublevel<ExecutionPosition>;
  readonly outbox: Sublevel<EventBridgeEvent>;
}

export function openSublevels(store: Store): Sublevels {
  return {
    store,
    executions: openSublevel<Execution>(store, 'sfn-executions'),
    byStart: openSublevel<string>(store, 'sfn-by-start'),
    definitions: openSublevel<string>(store, 'sfn-definitions'),
    machines: openSublevel(store, 'sfn-machines'),
    history: openSublevel<HistoryEvent>(store, 'sfn-history'),
    compressedHistories: store.sublevel<string, Uint8Array>('sfn-compressed', { valueEncoding: 'buffer' }),
    positions: openSublevel<ExecutionPosition>(store, 'sfn-places'),
    outbox: openSublevel<EventBridgeEvent>(store, 'sfn-outbox'),
  };
}

export function executionKey({ machine, name }: Pick<Execution, 'machine' | 'name'>): string {
  return `${machine}/${name}`;
}

/** The range of keys that begin with `prefix/`. The character `0` comes right after `/`. */
export function keysUnder(prefix: string): { gt: string; lt: string } {
  return { gt: `${prefix}/`, lt: `${prefix}0` };
}

/** A number as a key that sorts as numbers do. */
export function padNumber(number: number, digits: number): string {
  return String(number).padStart(digits, '0');
}

/** The changes that store an execution and its index entries. */
export function putExecution(sublevels: Sublevels, next: Execution, previous?: Execution): Change[] {
  const key = executionKey(next);
  const indexKey = (status: string) => `${next.machine}/${status}/${padNumber(next.startDate, 15)}/${next.name}`;
  return [
    ...(previous ? [del(sublevels.byStart, indexKey(previous.status))] : []),
    put(sublevels.executions, key, next),
    put(sublevels.byStart, indexKey('ALL'), key),
    put(sublevels.byStart, indexKey(next.status), key),
  ];
}

/** The changes that delete an execution and its index entries, but not its events and positions. */
export function delExecution(sublevels: Sublevels, { machine, name, status, startDate }: Execution): Change[] {
  const indexKey = (filter: string) => `${machine}/${filter}/${padNumber(startDate, 15)}/${name}`;
  return [
    del(sublevels.executions, `${machine}/${name}`),
    del(sublevels.compressedHistories, `${machine}/${name}`),
    del(sublevels.byStart, indexKey('ALL')),
    del(sublevels.byStart, indexKey(status)),
  ];
}
