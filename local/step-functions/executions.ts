import { randomUUID } from 'node:crypto';
import { ServiceError } from '../aws-json.ts';
import type { EventBridgeEvent } from '../events/event.ts';
import { Mutex } from '../mutex.ts';
import type { Outbox } from '../outbox.ts';
import { executionArn } from './arns.ts';
import { after } from './clock.ts';
import { endEvent, type Ending } from './ending.ts';
import { asStatesError, Halt } from './failure.ts';
import { walk } from './interpreter.ts';
import { Journal, lastEventId, type Details } from './journal.ts';
import type { Machine, Machines } from './machines.ts';
import type { StepFunctionsOptions } from './options.ts';
import { whyNotRedrivable } from './redrive.ts';
import type { Json } from './state-types.ts';
import { scopeOf } from './scope.ts';
import { statusChange } from './status-event.ts';
import { keyOf, putExecution, type Execution, type Tables } from './tables.ts';

interface Running {
  readonly execution: Execution;
  readonly journal: Journal;
  readonly abort: AbortController;
  ended: boolean;
}

/** Executions from their start to their end, some at once and the others in a queue. */
export class Executions {
  readonly #tables: Tables;
  readonly #machines: Machines;
  readonly #outbox: Outbox<EventBridgeEvent>;
  readonly #sequence: () => string;
  readonly #options: StepFunctionsOptions;
  readonly #now: () => number;
  readonly #running = new Map<string, Running>();
  readonly #waiting: Running[] = [];
  readonly #active = new Set<Promise<void>>();
  #idlers: (() => void)[] = [];
  /** What is read here must still be so when the change is written. */
  readonly #mutex = new Mutex();
  #closing = false;

  constructor(
    parts: { tables: Tables; machines: Machines; outbox: Outbox<EventBridgeEvent>; sequence: () => string },
    options: StepFunctionsOptions,
  ) {
    this.#tables = parts.tables;
    this.#machines = parts.machines;
    this.#outbox = parts.outbox;
    this.#sequence = parts.sequence;
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** Starts one, or finds the running one of the same name and input. */
  async start({ name: machine, hash, roleArn }: Machine, name: string, input: string): Promise<Execution> {
    return this.#mutex.run(async () => {
      const known = await this.#tables.executions.get(`${machine}/${name}`);
      if (known?.status === 'RUNNING' && known.input === input) return known;
      if (known) {
        const arn = executionArn(this.#options, machine, name);
        throw new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
      }
      const startDate = this.#now();
      const begun = { machine, name, startDate, input, redriveCount: 0, definition: hash, roleArn };
      const execution: Execution = { ...begun, status: 'RUNNING' };
      const details = { input, inputDetails: { truncated: false }, roleArn };
      const journal = await this.#journal(execution);
      await this.#commit(journal, execution, undefined, 'ExecutionStarted', { executionStartedEventDetails: details });
      this.#enqueue(execution, journal);
      return execution;
    });
  }

  /** Ends one as ABORTED; one that has ended stays as it is. */
  async stop(key: string, reason: Pick<Ending, 'error' | 'cause'>): Promise<number> {
    return this.#mutex.run(async () => {
      const { stopDate: before } = await this.get(key);
      const running = this.#running.get(key);
      if (!running || running.ended) return before ?? this.#now();
      const stopDate = await this.#end(running, { status: 'ABORTED', ...reason });
      running.abort.abort();
      return stopDate;
    });
  }

  /** Goes on where it failed, with the definition that it started with. */
  async redrive(key: string): Promise<number> {
    return this.#mutex.run(async () => {
      const stopped = await this.get(key);
      const redriveDate = this.#now();
      const reason = whyNotRedrivable(stopped, await lastEventId(this.#tables, key), redriveDate);
      if (reason !== undefined) throw new ServiceError('ExecutionNotRedrivable', reason);
      const { stopDate: _, error: __, cause: ___, ...execution } = stopped;
      const redriveCount = execution.redriveCount + 1;
      const next: Execution = { ...execution, status: 'RUNNING', redriveCount, redriveDate };
      const journal = await this.#journal(next);
      const details = { executionRedrivenEventDetails: { redriveCount } };
      await this.#commit(journal, next, stopped, 'ExecutionRedriven', details);
      this.#enqueue(next, journal);
      return redriveDate;
    });
  }

  /** Takes up what was running when the process ended. */
  async resume(machine: string): Promise<void> {
    const range = { gt: `${machine}/RUNNING/`, lt: `${machine}/RUNNING0` };
    for await (const key of this.#tables.byStart.values(range)) {
      if (this.#running.has(key)) continue;
      const execution = await this.get(key);
      this.#enqueue(execution, await this.#journal(execution));
    }
  }

  async get(key: string): Promise<Execution> {
    const execution = await this.#tables.executions.get(key);
    if (execution) return execution;
    const [machine = '', name = ''] = key.split('/');
    const arn = executionArn(this.#options, machine, name);
    throw new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
  }

  /** Waits until what is known of an execution is in the store. */
  async flushed(key: string): Promise<void> {
    await this.#running.get(key)?.journal.flushed();
  }

  /** Resolves when nothing runs and the bus has all that happened. */
  async idle(): Promise<void> {
    for (;;) {
      await this.#outbox.idle();
      if (this.#running.size === 0) return;
      await new Promise<void>((resolve) => this.#idlers.push(resolve));
    }
  }

  /** Drops what runs where it stands; the store says RUNNING, and the next start goes on. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#mutex.idle();
    for (const { abort } of this.#running.values()) abort.abort();
    await Promise.all(this.#active);
  }

  async #journal(execution: Execution): Promise<Journal> {
    const arn = executionArn(this.#options, execution.machine, execution.name);
    return Journal.open(keyOf(execution), {
      tables: this.#tables,
      now: this.#now,
      onEvent: (event) => this.#options.record?.(arn, event),
    });
  }

  #enqueue(execution: Execution, journal: Journal): void {
    const running = { execution, journal, abort: new AbortController(), ended: false };
    this.#running.set(keyOf(execution), running);
    this.#waiting.push(running);
    this.#dispatch();
  }

  #dispatch(): void {
    while (!this.#closing && this.#active.size < (this.#options.maxConcurrentExecutions ?? 8)) {
      const next = this.#waiting.shift();
      if (!next) return;
      if (next.ended) continue;
      const run = this.#run(next).finally(() => {
        this.#active.delete(run);
        this.#dispatch();
      });
      this.#active.add(run);
    }
  }

  async #run(running: Running): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    try {
      const chart = await this.#machines.chart(running.execution);
      timer = this.#timeOut(running, chart.TimeoutSeconds);
      const { journal, abort } = running;
      const strand = { path: 'root/', last: running.execution.redriveCount > 0 ? journal.last : 0 };
      const way = { run: scopeOf(running, this.#options), chart, strand, stopping: abort.signal };
      const output = await walk(way, JSON.parse(running.execution.input) as Json);
      await this.#end(running, { status: 'SUCCEEDED', output: JSON.stringify(output) });
    } catch (thrown) {
      await this.#fail(running, thrown);
    } finally {
      clearTimeout(timer);
    }
  }

  async #fail(running: Running, thrown: unknown): Promise<void> {
    try {
      if (thrown instanceof Halt) {
        // Still RUNNING in the store, or ended by someone else.
        await running.journal.flushed();
        if (thrown.cause !== undefined) this.#options.report?.(thrown);
        return;
      }
      const { name, message } = asStatesError(thrown);
      await this.#end(running, { status: 'FAILED', error: name, cause: message });
    } catch (error) {
      this.#options.report?.(error);
    }
  }

  /** Counted from here: neither the queue nor the time between two processes is the execution's fault. */
  #timeOut(running: Running, seconds: number | undefined): NodeJS.Timeout | undefined {
    if (seconds === undefined) return undefined;
    const end = () => {
      this.#end(running, { status: 'TIMED_OUT' })
        .catch((error: unknown) => this.#options.report?.(error))
        .finally(() => running.abort.abort());
    };
    return after(seconds * 1000, end);
  }

  /** Writes the end once, whoever is first, and lets nothing be written after it. */
  async #end(running: Running, ending: Ending): Promise<number> {
    const stopDate = this.#now();
    if (running.ended) return stopDate;
    running.ended = true;
    const { execution, journal } = running;
    const { status, output, error, cause } = ending;
    const what = {
      ...(output !== undefined && { output }),
      ...(error !== undefined && { error }),
      ...(cause !== undefined && { cause }),
    };
    const next: Execution = { ...execution, ...what, status, stopDate };
    const written = this.#commit(journal, next, execution, ...endEvent(ending));
    journal.seal();
    await written;
    if (status === 'SUCCEEDED') await journal.forgetPlaces();
    // A redrive may have taken its place already.
    if (this.#running.get(keyOf(execution)) === running) this.#running.delete(keyOf(execution));
    for (const wake of this.#idlers.splice(0)) wake();
    return stopDate;
  }

  /** The record, its event in the history and its event for the bus: all or nothing. */
  async #commit(journal: Journal, next: Execution, previous: Execution | undefined, type: string, details: Details) {
    const id = this.#options.newId?.() ?? randomUUID();
    const when = { id, now: this.#now(), lastEventId: journal.last + 1 };
    const event = this.#outbox.add(this.#sequence(), statusChange(this.#options, next, when));
    await journal.turn(type, details, [...putExecution(this.#tables, next, previous), event]);
    this.#outbox.wake();
  }
}
