import { DescribeExecutionCommand, ListExecutionsCommand, type ExecutionStatus } from '@aws-sdk/client-sfn';
import { machineArn, MACHINE_NAMES, type MachineName } from '../../statemachines/registry.ts';
import type { Target } from '../deployment/target.ts';
import { UsageError } from '../failure.ts';
import { mapConcurrently } from '../map-concurrently.ts';

export interface ExecutionSummary {
  readonly machine: MachineName;
  readonly name: string;
  readonly execution_arn: string;
  readonly status: string;
  readonly start: string;
  readonly stop?: string;
  readonly redrive_count: number;
  /** Why it did not succeed. */
  readonly error?: string;
  readonly cause?: string;
}

export interface ExecutionList {
  /** All of them, if none is given. */
  readonly machine?: MachineName | undefined;
  readonly status?: ExecutionStatus | undefined;
  /** Started at this time or later. */
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
  readonly limit: number;
  readonly from?: ExecutionPosition | undefined;
}

/** Where to go on in each state machine: in which page of Step Functions, after how many of it. null at the end. */
export type ExecutionPosition = Readonly<
  Record<string, { readonly token?: string | undefined; readonly skip: number } | null>
>;

/** Pages that are read for one answer at most: Step Functions lists from the newest on, and cannot begin at a time. */
const MAX_PAGES = 20;
/** Concurrent calls. */
const CONCURRENCY = 8;

/** Lists executions, the newest first. Fewer than the limit may come although there are more. */
export async function listExecutions(
  target: Target,
  list: ExecutionList,
): Promise<{ readonly executions: readonly ExecutionSummary[]; readonly next?: ExecutionPosition }> {
  const { machine, limit, from = {}, since, until } = list;
  const machines = machine === undefined ? MACHINE_NAMES : [machine];
  const streams = machines.flatMap((name) => (from[name] === null ? [] : [new Stream(target, name, list, from[name])]));
  const found: ExecutionSummary[] = [];
  for (let read = 0; found.length < limit && read < limit * MAX_PAGES; read += 1) {
    const empty = streams.filter((stream) => stream.isEmpty);
    if (empty.length > 0) await Promise.all(empty.map((stream) => stream.fill()));
    const newest = streams
      .filter((stream) => stream.head !== undefined)
      .reduce<Stream | undefined>((a, b) => (a && a.head!.start >= b.head!.start ? a : b), undefined);
    if (!newest) break;
    const execution = newest.take();
    if (since && Date.parse(execution.start) < since.getTime()) newest.end();
    else if (!until || Date.parse(execution.start) <= until.getTime()) found.push(execution);
  }
  const executions = await mapConcurrently(CONCURRENCY, found, (one) => withReason(target, one));
  const next = Object.fromEntries(streams.map((stream) => [stream.machine, stream.position]));
  const ended = Object.fromEntries(machines.filter((name) => !(name in next)).map((name) => [name, null]));
  const isEnd = streams.every(({ position }) => position === null);
  return { executions, ...(!isEnd && { next: { ...ended, ...next } }) };
}

/** The executions of one state machine. */
class Stream {
  readonly machine: MachineName;
  readonly #target: Target;
  readonly #list: ExecutionList;
  #token: string | undefined;
  #skip: number;
  #page: readonly ExecutionSummary[] | undefined;
  #nextToken: string | undefined;
  #ended = false;

  constructor(target: Target, machine: MachineName, list: ExecutionList, at?: ExecutionPosition[string]) {
    this.#target = target;
    this.machine = machine;
    this.#list = list;
    this.#token = at?.token;
    this.#skip = at?.skip ?? 0;
  }

  get head(): ExecutionSummary | undefined {
    return this.#ended ? undefined : this.#page?.[this.#skip];
  }

  /** Whether it has to be read on. */
  get isEmpty(): boolean {
    return !this.#ended && this.head === undefined;
  }

  get position(): ExecutionPosition[string] {
    return this.#ended ? null : { ...(this.#token !== undefined && { token: this.#token }), skip: this.#skip };
  }

  take(): ExecutionSummary {
    const taken = this.head!;
    this.#skip += 1;
    if (this.#skip >= this.#page!.length && this.#nextToken === undefined) this.#ended = true;
    return taken;
  }

  end(): void {
    this.#ended = true;
  }

  /** Reads the next page once the last one is used up. */
  async fill(): Promise<void> {
    while (this.isEmpty) {
      if (this.#page) {
        if (this.#nextToken === undefined) return this.end();
        this.#token = this.#nextToken;
        this.#skip = 0;
      }
      await this.#read();
    }
  }

  async #read(): Promise<void> {
    const { sfn, deployment } = this.#target;
    const command = new ListExecutionsCommand({
      stateMachineArn: machineArn(deployment, this.machine),
      statusFilter: this.#list.status,
      nextToken: this.#token,
      // Always the same, because the cursor counts within a page.
      maxResults: 100,
    });
    const { executions = [], nextToken } = await sfn.send(command).catch((error: Error) => {
      if (error.name === 'InvalidToken') throw new UsageError('The cursor is too old. Leave it out to begin.');
      throw error;
    });
    this.#page = executions.map(
      ({ executionArn = '', name = '', status = '', startDate, stopDate, redriveCount = 0 }) => ({
        machine: this.machine,
        name,
        execution_arn: executionArn,
        status,
        start: startDate?.toISOString() ?? '',
        ...(stopDate && { stop: stopDate.toISOString() }),
        redrive_count: redriveCount,
      }),
    );
    this.#nextToken = nextToken;
  }
}

/** Only the description of an execution tells its error. */
async function withReason(target: Target, execution: ExecutionSummary): Promise<ExecutionSummary> {
  const { status, execution_arn: executionArn } = execution;
  if (status === 'RUNNING' || status === 'SUCCEEDED') return execution;
  const { error, cause } = await target.sfn.send(new DescribeExecutionCommand({ executionArn }));
  return { ...execution, ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
}
