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
  /** JSON text, as it came. */
  readonly input: string;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly redriveCount: number;
  readonly redriveDate?: number;
  /** The key of the definition that it started with: a redrive goes on with that one. */
  readonly definition: string;
  readonly roleArn: string;
}

/** An event as it is kept: the details are under the service's key for the type. */
export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly type: string;
  readonly timestamp: number;
  readonly [details: `${string}EventDetails`]: Readonly<Record<string, unknown>>;
}

/**
 * Where an execution stands: in which state, with which input. Each iteration of a Map and each branch of a Parallel
 * stands somewhere too. It is written together with the events that led there, so that a restart or a redrive goes on
 * in that state, and nothing that was left behind runs again.
 */
export type Place =
  | {
      readonly state: string;
      readonly input: Json;
      readonly entered: number;
      /** Counts the states visited on this path. */
      readonly step: number;
      /** Counts the retries of this visit. */
      readonly attempt: number;
      /** A Map or Parallel whose iterations began. */
      readonly begun?: true;
      readonly last: number;
    }
  | { readonly output: Json; readonly last: number };

/**
 * The parts of the store. A key of an execution is `machine/name`, neither of which may hold a slash.
 * - executions: by key
 * - byStart: `machine/ALL/start/name` and `machine/STATUS/start/name`, values are keys
 * - definitions: by hash
 * - history: `machine/name/id`
 * - places: `machine/name/path`, where the path is `root/` or that of an iteration, `root/STEP.ATTEMPT.INDEX/`
 * - outbox: by number, status events that the bus has not taken
 */
export interface Tables {
  readonly store: Store;
  readonly executions: Sublevel<Execution>;
  readonly byStart: Sublevel<string>;
  readonly definitions: Sublevel<string>;
  readonly history: Sublevel<HistoryEvent>;
  readonly places: Sublevel<Place>;
  readonly outbox: Sublevel<EventBridgeEvent>;
}

export function openTables(store: Store): Tables {
  return {
    store,
    executions: openSublevel<Execution>(store, 'sfn-executions'),
    byStart: openSublevel<string>(store, 'sfn-by-start'),
    definitions: openSublevel<string>(store, 'sfn-definitions'),
    history: openSublevel<HistoryEvent>(store, 'sfn-history'),
    places: openSublevel<Place>(store, 'sfn-places'),
    outbox: openSublevel<EventBridgeEvent>(store, 'sfn-outbox'),
  };
}

export function keyOf({ machine, name }: Pick<Execution, 'machine' | 'name'>): string {
  return `${machine}/${name}`;
}

/** The keys that begin with `prefix/`: `0` follows `/` in every order of keys. */
export function under(prefix: string): { gt: string; lt: string } {
  return { gt: `${prefix}/`, lt: `${prefix}0` };
}

/** Numbers as keys that sort as numbers do. */
export function padded(number: number, digits: number): string {
  return String(number).padStart(digits, '0');
}

/** The writes that keep an execution and its index entries. */
export function putExecution(tables: Tables, next: Execution, previous?: Execution): Change[] {
  const key = keyOf(next);
  const entry = (status: string) => `${next.machine}/${status}/${padded(next.startDate, 15)}/${next.name}`;
  return [
    ...(previous ? [del(tables.byStart, entry(previous.status))] : []),
    put(tables.executions, key, next),
    put(tables.byStart, entry('ALL'), key),
    put(tables.byStart, entry(next.status), key),
  ];
}

/** The writes that forget an execution but for its history and places. */
export function delExecution(tables: Tables, { machine, name, status, startDate }: Execution): Change[] {
  const entry = (which: string) => `${machine}/${which}/${padded(startDate, 15)}/${name}`;
  return [
    del(tables.executions, `${machine}/${name}`),
    del(tables.byStart, entry('ALL')),
    del(tables.byStart, entry(status)),
  ];
}
