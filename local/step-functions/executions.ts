import { randomUUID } from 'node:crypto';
import { ServiceError } from '../aws-json.ts';
import type { EventBridgeEvent } from '../events/event.ts';
import { Mutex } from '../mutex.ts';
import type { Outbox } from '../outbox.ts';
import { executionArn } from './arns.ts';
import { startTimer } from './clock.ts';
import { asStatesError, Halt } from './errors.ts';
import { endEvent, type ExecutionEnd } from './execution-end.ts';
import { readLastEventId } from './history.ts';
import { runGraph } from './interpreter.ts';
import { Journal, type Details } from './journal.ts';
import type { Machine, Machines } from './machines.ts';
import type { StepFunctionsOptions } from './options.ts';
import { whyNotRedrivable } from './redrive.ts';
import { RunQueue } from './run-queue.ts';
import { createRuntime } from './runtime.ts';
import type { Json } from './state-types.ts';
import { statusChangeEvent } from './status-event.ts';
import { executionKey, putExecution, type Execution, type Sublevels } from './sublevels.ts';

interface RunningExecution {
  readonly execution: Execution;
  readonly journal: Journal;
  readonly abortController: AbortController;
  ended: boolean;
}

/** Starts, stops and runs executions. The first few run at once, the others wait in a queue. */
export class Executions {
  readonly #sublevels: Sublevels;
  readonly #machines: Machines;
  readonly #outbox: Outbox<EventBridgeEvent>;
  readonly #sequence: () => string;
  readonly #options: StepFunctionsOptions;
  readonly #now: () => number;
  readonly #running = new Map<string, RunningExecution>();
  readonly #queue: RunQueue;
  /** Keeps what was read unchanged until the change that depends on it is written. */
  readonly #mutex = new Mutex();

  constructor(
    parts: { sublevels: Sublevels; machines: Machines; outbox: Outbox<EventBridgeEvent>; sequence: () => string },
    options: StepFunctionsOptions,
  ) {
    this.#sublevels = parts.sublevels;
    this.#machines = parts.machines;
    this.#outbox = parts.outbox;
    this.#sequence = parts.sequence;
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#queue = new RunQueue(options.maxConcurrentExecutions ?? 8, (key) => this.#runWaiting(key));
  }

  /** Starts an execution, or returns the running one with the same name and input. */
  async start({ name: machine, hash, roleArn }: Machine, name: string, input: string): Promise<Execution> {
    return this.#mutex.run(async () => {
      const existing = await this.#sublevels.executions.get(`${machine}/${name}`);
      if (existing?.status === 'RUNNING' && existing.input === input) return existing;
      if (existing) {
        const arn = executionArn(this.#options, machine, name);
        throw new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
      }
      const startDate = this.#now();
      const initial = { machine, name, startDate, input, redriveCount: 0, definition: hash, roleArn };
      const execution: Execution = { ...initial, status: 'RUNNING' };
      const details = { input, inputDetails: { truncated: false }, roleArn };
      const journal = await this.#openJournal(execution);
      await this.#commit(journal, execution, undefined, 'ExecutionStarted', { executionStartedEventDetails: details });
      this.#queue.add(executionKey(execution));
      return execution;
    });
  }

  /** Ends an execution as ABORTED, and returns its stop date. Does not change an execution that has ended. */
  async stop(key: string, reason: Pick<ExecutionEnd, 'error' | 'cause'>): Promise<number> {
    return this.#mutex.run(async () => {
      const execution = await this.get(key);
      if (execution.status !== 'RUNNING') return execution.stopDate ?? this.#now();
      const running = this.#running.get(key) ?? (await this.#open(execution));
      if (running.ended) return this.#now();
      const stopDate = await this.#end(running, { status: 'ABORTED', ...reason });
      running.abortController.abort();
      return stopDate;
    });
  }

  /** Continues an execution in the state that failed, with the definition that it started with. */
  async redrive(key: string): Promise<number> {
    return this.#mutex.run(async () => {
      const stopped = await this.get(key);
      const redriveDate = this.#now();
      const reason = whyNotRedrivable(stopped, await readLastEventId(this.#sublevels, key), redriveDate);
      if (reason !== undefined) throw new ServiceError('ExecutionNotRedrivable', reason);
      const { stopDate: _, error: __, cause: ___, ...execution } = stopped;
      const redriveCount = execution.redriveCount + 1;
      const next: Execution = { ...execution, status: 'RUNNING', redriveCount, redriveDate };
      const journal = await this.#openJournal(next);
      const details = { executionRedrivenEventDetails: { redriveCount } };
      await this.#commit(journal, next, stopped, 'ExecutionRedriven', details);
      this.#queue.add(key);
      return redriveDate;
    });
  }

  /** Continues the executions of a state machine that were running when the last process ended. */
  async resume(machine: string): Promise<void> {
    const range = { gt: `${machine}/RUNNING/`, lt: `${machine}/RUNNING0` };
    for await (const key of this.#sublevels.byStart.values(range)) {
      if (!this.#running.has(key)) this.#queue.add(key);
    }
  }

  async get(key: string): Promise<Execution> {
    const execution = await this.#sublevels.executions.get(key);
    if (execution) return execution;
    const [machine = '', name = ''] = key.split('/');
    const arn = executionArn(this.#options, machine, name);
    throw new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
  }

  /** Resolves when the history of an execution so far is in the store. */
  async flushed(key: string): Promise<void> {
    await this.#running.get(key)?.journal.flush();
  }

  /** Resolves when no execution runs and the event bus has accepted every status event. */
  async idle(): Promise<void> {
    do {
      await this.#queue.idle();
      await this.#outbox.idle();
    } while (!this.#queue.isIdle);
  }

  /** Interrupts all executions. They stay RUNNING in the store, and the next process continues them. */
  async close(): Promise<void> {
    this.#queue.close();
    await this.#mutex.idle();
    for (const { abortController } of this.#running.values()) abortController.abort();
    await this.#queue.ended();
  }

  async #openJournal(execution: Execution): Promise<Journal> {
    const arn = executionArn(this.#options, execution.machine, execution.name);
    return Journal.open(executionKey(execution), {
      sublevels: this.#sublevels,
      now: this.#now,
      onEvent: (event) => this.#options.onHistoryEvent?.(arn, event),
    });
  }

  /** It may have been stopped while it waited, or be in the queue twice after a redrive. */
  async #runWaiting(key: string): Promise<void> {
    try {
      const running = await this.#mutex.run(async () => {
        const execution = await this.get(key);
        const isWaiting = execution.status === 'RUNNING' && !this.#running.has(key);
        return isWaiting ? this.#open(execution) : undefined;
      });
      if (running) await this.#run(running);
    } catch (error) {
      this.#options.report?.(error);
    }
  }

  async #open(execution: Execution): Promise<RunningExecution> {
    const journal = await this.#openJournal(execution);
    const running = { execution, journal, abortController: new AbortController(), ended: false };
    this.#running.set(executionKey(execution), running);
    return running;
  }

  async #run(running: RunningExecution): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    try {
      const { execution, journal, abortController } = running;
      const graph = await this.#machines.graphOf(execution);
      timer = this.#startTimeout(running, graph.TimeoutSeconds);
      const chain = { path: 'root/', lastEventId: execution.redriveCount > 0 ? journal.lastEventId : 0 };
      const runtime = createRuntime(running, this.#options);
      const run = { runtime, graph, chain, stopSignal: abortController.signal };
      const output = await runGraph(run, JSON.parse(execution.input) as Json);
      await this.#end(running, { status: 'SUCCEEDED', output: JSON.stringify(output) });
    } catch (thrown) {
      await this.#fail(running, thrown);
    } finally {
      clearTimeout(timer);
    }
  }

  async #fail(running: RunningExecution, thrown: unknown): Promise<void> {
    try {
      if (thrown instanceof Halt) {
        // The execution is still RUNNING in the store, or was ended by a stop or a timeout.
        await running.journal.flush();
        if (thrown.cause !== undefined) this.#options.report?.(thrown);
        return;
      }
      const { name, message } = asStatesError(thrown);
      await this.#end(running, { status: 'FAILED', error: name, cause: message });
    } catch (error) {
      this.#options.report?.(error);
    }
  }

  /** Counts from now: neither time in the queue nor time between two processes counts. */
  #startTimeout(running: RunningExecution, seconds: number | undefined): NodeJS.Timeout | undefined {
    if (seconds === undefined) return undefined;
    const end = () => {
      this.#end(running, { status: 'TIMED_OUT' })
        .catch((error: unknown) => this.#options.report?.(error))
        .finally(() => running.abortController.abort());
    };
    return startTimer(seconds * 1000, end);
  }

  /**
   * Writes the end, unless the execution has ended already, and lets nothing be written after it. Returns the stop
   * date.
   */
  async #end(running: RunningExecution, end: ExecutionEnd): Promise<number> {
    const stopDate = this.#now();
    if (running.ended) return stopDate;
    running.ended = true;
    const { execution, journal } = running;
    const { status, output, error, cause } = end;
    const details = {
      ...(output !== undefined && { output }),
      ...(error !== undefined && { error }),
      ...(cause !== undefined && { cause }),
    };
    const next: Execution = { ...execution, ...details, status, stopDate };
    const written = this.#commit(journal, next, execution, ...endEvent(end));
    journal.seal();
    await written;
    if (status === 'SUCCEEDED') await journal.compact();
    // A redrive may have replaced it already.
    if (this.#running.get(executionKey(execution)) === running) this.#running.delete(executionKey(execution));
    return stopDate;
  }

  /** Writes the execution, its event in the history and its status event in one batch. */
  async #commit(journal: Journal, next: Execution, previous: Execution | undefined, type: string, details: Details) {
    const id = this.#options.newId?.() ?? randomUUID();
    const change = { id, now: this.#now(), lastEventId: journal.lastEventId + 1 };
    const event = this.#outbox.add(this.#sequence(), statusChangeEvent(this.#options, next, change));
    await journal.appendWithChanges(type, details, [...putExecution(this.#sublevels, next, previous), event]);
    this.#outbox.wake();
  }
}
