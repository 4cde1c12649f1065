import {
  DescribeExecutionCommand,
  DescribeStateMachineForExecutionCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
} from '@aws-sdk/client-sfn';
import { machineOfExecution, type MachineName } from '../../statemachines/registry.ts';
import type { Target } from '../deployment/target.ts';
import { NotFound, UsageError } from '../failure.ts';
import { printable } from '../text.ts';
import type { ExecutionSummary } from './list-executions.ts';
import type { ExecutionEvent } from './visits.ts';

/** One execution with all that Step Functions tells, but for its events. */
export interface ExecutionDetail extends ExecutionSummary {
  /** JSON texts. */
  readonly input?: string;
  readonly output?: string;
  /** Its state machine as it was when the execution started, in Amazon States Language. */
  readonly definition: unknown;
  readonly redrive_status?: string;
  readonly redrive_reason?: string;
  readonly redriven_at?: string;
}

export async function readExecution(target: Target, executionArn: string): Promise<ExecutionDetail> {
  const machine = machineOf(executionArn);
  const [execution, definition] = await Promise.all([
    target.sfn.send(new DescribeExecutionCommand({ executionArn })),
    target.sfn.send(new DescribeStateMachineForExecutionCommand({ executionArn })),
  ]).catch(notFound(executionArn));
  const { name = '', status = '', startDate, stopDate, redriveDate, redriveCount = 0 } = execution;
  const { error, cause, input, output, redriveStatus, redriveStatusReason } = execution;
  return {
    machine,
    name,
    execution_arn: executionArn,
    status,
    start: startDate?.toISOString() ?? '',
    ...(stopDate && { stop: stopDate.toISOString() }),
    redrive_count: redriveCount,
    ...(redriveDate && { redriven_at: redriveDate.toISOString() }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
    ...(input !== undefined && { input }),
    ...(output !== undefined && { output }),
    ...(redriveStatus !== undefined && { redrive_status: redriveStatus }),
    ...(redriveStatusReason !== undefined && { redrive_reason: redriveStatusReason }),
    definition: JSON.parse(definition.definition ?? '{}') as unknown,
  };
}

export interface EventPage {
  readonly events: readonly ExecutionEvent[];
  readonly next?: string;
}

/** A page of the events of an execution, in their order. */
export async function readEvents(
  target: Target,
  executionArn: string,
  { limit, from }: { readonly limit: number; readonly from?: string | undefined },
): Promise<EventPage> {
  machineOf(executionArn);
  const command = new GetExecutionHistoryCommand({ executionArn, maxResults: limit, nextToken: from });
  const { events = [], nextToken } = await target.sfn.send(command).catch(notFound(executionArn));
  return { events: events.map(eventOf), ...(nextToken !== undefined && { next: nextToken }) };
}

/** As many as one answer gives. */
const MOST_EVENTS = 1000;

/** All events of an execution. Step Functions keeps at most 25,000. */
export async function readAllEvents(target: Target, executionArn: string): Promise<ExecutionEvent[]> {
  const events: ExecutionEvent[] = [];
  let from: string | undefined;
  do {
    const page = await readEvents(target, executionArn, { limit: MOST_EVENTS, from });
    events.push(...page.events);
    from = page.next;
  } while (from !== undefined);
  return events;
}

function eventOf({ id = 0, previousEventId = 0, type, timestamp, ...rest }: HistoryEvent): ExecutionEvent {
  const details = Object.values(rest).find((value) => value !== undefined);
  return {
    id,
    previous_event_id: previousEventId,
    type: type ?? '',
    timestamp: timestamp?.toISOString() ?? '',
    ...(details && { details: { ...details } }),
  };
}

function machineOf(executionArn: string): MachineName {
  const machine = machineOfExecution(executionArn);
  if (machine) return machine;
  throw new NotFound(`${printable(executionArn)} is not an execution of one of Rollcall's state machines.`);
}

const notFound =
  (executionArn: string) =>
  (error: Error): never => {
    if (['ExecutionDoesNotExist', 'InvalidArn', 'ValidationException'].includes(error.name)) {
      throw new NotFound(`There is no execution ${printable(executionArn)}. They are kept for 90 days.`);
    }
    if (error.name === 'InvalidToken') throw new UsageError('The cursor is too old. Leave it out to begin.');
    throw error;
  };
