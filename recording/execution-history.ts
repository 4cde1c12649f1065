import { paginateGetExecutionHistory, type HistoryEvent, type SFNClient } from '@aws-sdk/client-sfn';
import type { RecordedTask } from '../schemas/case.ts';

/** What an execution did, from its history events. */
export interface ExecutionHistory {
  /** The states in order. In a Map, one iteration after the other: `0/SearchFace`. */
  readonly path: readonly string[];
  readonly attempts: readonly TaskAttempt[];
  readonly redrives: number;
}

/** One attempt of a task. */
export interface TaskAttempt extends Pick<RecordedTask, 'state' | 'item' | 'result' | 'error'> {
  /** The function's ARN, or the service integration's type and action: `events:putEvents`. */
  readonly resource: string;
  /** JSON text. */
  readonly input: string;
}

export async function readExecutionHistory(sfn: SFNClient, executionArn: string): Promise<ExecutionHistory> {
  const events: HistoryEvent[] = [];
  const pages = paginateGetExecutionHistory({ client: sfn }, { executionArn, maxResults: 1000 });
  for await (const page of pages) events.push(...(page.events ?? []));
  const history = new HistoryEvents(events);
  return {
    path: history.path(),
    attempts: history.attempts(),
    redrives: events.filter(({ type }) => type === 'ExecutionRedriven').length,
  };
}

const SCHEDULED: readonly string[] = ['LambdaFunctionScheduled', 'TaskScheduled'];
const FAILED = /^(LambdaFunction|Task)(Failed|TimedOut|StartFailed|SubmitFailed|ScheduleFailed)$/;
const SUCCEEDED = /^(LambdaFunction|Task)Succeeded$/;

class HistoryEvents {
  readonly #events: readonly HistoryEvent[];
  readonly #byId: ReadonlyMap<number | undefined, HistoryEvent>;

  constructor(events: readonly HistoryEvent[]) {
    this.#events = events;
    this.#byId = new Map(events.map((event) => [event.id, event]));
  }

  /** Iterations run concurrently. The path has them one after the other, so that two runs of a case have the same path. */
  path(): string[] {
    const entered = this.#events.flatMap((event) => {
      const name = event.stateEnteredEventDetails?.name;
      return name === undefined ? [] : [{ name, item: this.#itemOf(event), map: this.#mapOf(event)?.id ?? 0 }];
    });
    const path: string[] = [];
    const addedMaps = new Set<number>();
    for (const { name, item, map } of entered) {
      if (item === undefined) path.push(name);
      else if (!addedMaps.has(map)) {
        const inMap = entered.filter((one) => one.map === map).toSorted((a, b) => (a.item ?? 0) - (b.item ?? 0));
        path.push(...inMap.map((one) => `${one.item}/${one.name}`));
        addedMaps.add(map);
      }
    }
    return path;
  }

  attempts(): TaskAttempt[] {
    return this.#events.filter(({ type = '' }) => SCHEDULED.includes(type)).map((event) => this.#attempt(event));
  }

  #attempt(scheduled: HistoryEvent): TaskAttempt {
    const { lambdaFunctionScheduledEventDetails: direct, taskScheduledEventDetails: task } = scheduled;
    const end = this.#events.find(
      (event) =>
        (FAILED.test(event.type ?? '') || SUCCEEDED.test(event.type ?? '')) && this.#endsTask(event, scheduled),
    );
    const item = this.#itemOf(scheduled);
    return {
      state: this.#find(scheduled, isStateEntered)?.stateEnteredEventDetails?.name ?? 'unknown',
      ...(item === undefined ? {} : { item }),
      resource: direct?.resource ?? `${task?.resourceType}:${task?.resource}`,
      input: direct?.input ?? task?.parameters ?? '',
      ...(end ? outcomeOf(end) : {}),
    };
  }

  /** Between the events that a task is scheduled and that it ended is at most the event that it started. */
  #endsTask(end: HistoryEvent, scheduled: HistoryEvent): boolean {
    const previous = this.#byId.get(end.previousEventId);
    return previous === scheduled || previous?.previousEventId === scheduled.id;
  }

  #itemOf(event: HistoryEvent): number | undefined {
    const started = this.#iterationStart(event);
    return started?.mapIterationStartedEventDetails?.index;
  }

  #mapOf(event: HistoryEvent): HistoryEvent | undefined {
    const started = this.#iterationStart(event);
    return started && this.#find(started, ({ type }) => type === 'MapStateStarted');
  }

  /** The start of the iteration that an event belongs to. Undefined outside of a Map. */
  #iterationStart(event: HistoryEvent): HistoryEvent | undefined {
    const found = this.#find(event, ({ type }) => type === 'MapIterationStarted' || type === 'MapStateSucceeded');
    return found?.type === 'MapIterationStarted' ? found : undefined;
  }

  /** The event itself, or the nearest one before it on its branch that matches. */
  #find(event: HistoryEvent, matches: (event: HistoryEvent) => boolean): HistoryEvent | undefined {
    let current: HistoryEvent | undefined = event;
    while (current && !matches(current)) current = this.#byId.get(current.previousEventId);
    return current;
  }
}

const isStateEntered = (event: HistoryEvent) => event.stateEnteredEventDetails !== undefined;

function outcomeOf(end: HistoryEvent): Pick<TaskAttempt, 'result' | 'error'> {
  const output = end.lambdaFunctionSucceededEventDetails?.output ?? end.taskSucceededEventDetails?.output;
  if (output !== undefined) return { result: JSON.parse(output) as unknown };
  const details =
    end.lambdaFunctionFailedEventDetails ??
    end.lambdaFunctionTimedOutEventDetails ??
    end.lambdaFunctionScheduleFailedEventDetails ??
    end.taskFailedEventDetails ??
    end.taskTimedOutEventDetails;
  return { error: { name: details?.error ?? 'States.Timeout', cause: withoutStackTrace(details?.cause ?? '') } };
}

/** Lambda's cause without its stack trace, which differs between the machines that a case is recorded and replayed on. */
export function withoutStackTrace(cause: string): string {
  try {
    const { trace: _, ...rest } = JSON.parse(cause) as { trace?: unknown };
    return JSON.stringify(rest);
  } catch {
    return cause;
  }
}
