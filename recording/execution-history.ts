import { paginateGetExecutionHistory, type HistoryEvent, type SFNClient } from '@aws-sdk/client-sfn';
import type { RecordedTask } from '../schemas/case.ts';

/** What an execution did, read from its history. */
export interface ExecutionHistory {
  readonly path: readonly string[];
  readonly attempts: readonly TaskAttempt[];
  readonly redrives: number;
}

/** One attempt of a task. */
export interface TaskAttempt extends Pick<RecordedTask, 'state' | 'item' | 'result' | 'error'> {
  /** Of the function, or of the service that it calls. */
  readonly resource: string;
  /** JSON text that it was called with. */
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

  /** Iterations run side by side: here they follow each other, so that two runs of one case have one path. */
  path(): string[] {
    const entered = this.#events.flatMap((event) => {
      const name = event.stateEnteredEventDetails?.name;
      return name === undefined ? [] : [{ name, item: this.#itemOf(event), map: this.#mapOf(event)?.id ?? 0 }];
    });
    const path: string[] = [];
    const done = new Set<number>();
    for (const { name, item, map } of entered) {
      if (item === undefined) path.push(name);
      else if (!done.has(map)) {
        const inside = entered.filter((one) => one.map === map).toSorted((a, b) => (a.item ?? 0) - (b.item ?? 0));
        path.push(...inside.map((one) => `${one.item}/${one.name}`));
        done.add(map);
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
      (event) => (FAILED.test(event.type ?? '') || SUCCEEDED.test(event.type ?? '')) && this.#isAfter(event, scheduled),
    );
    const item = this.#itemOf(scheduled);
    return {
      state: this.#before(scheduled, (event) => event.stateEnteredEventDetails)?.name ?? 'unknown',
      ...(item === undefined ? {} : { item }),
      resource: direct?.resource ?? `${task?.resourceType}:${task?.resource}`,
      input: direct?.input ?? task?.parameters ?? '',
      ...(end ? outcomeOf(end) : {}),
    };
  }

  /** Between a task's schedule and its end lies its start alone. */
  #isAfter(end: HistoryEvent, scheduled: HistoryEvent): boolean {
    const before = this.#byId.get(end.previousEventId);
    return before === scheduled || before?.previousEventId === scheduled.id;
  }

  #itemOf(event: HistoryEvent): number | undefined {
    const began = this.#iterationOf(event);
    return began?.mapIterationStartedEventDetails?.index;
  }

  #mapOf(event: HistoryEvent): HistoryEvent | undefined {
    const began = this.#iterationOf(event);
    return began && this.#find(began, ({ type }) => type === 'MapStateStarted');
  }

  /** The iteration that an event lies in, if it does. */
  #iterationOf(event: HistoryEvent): HistoryEvent | undefined {
    const found = this.#find(event, ({ type }) => type === 'MapIterationStarted' || type === 'MapStateSucceeded');
    return found?.type === 'MapIterationStarted' ? found : undefined;
  }

  #find(event: HistoryEvent, is: (event: HistoryEvent) => boolean): HistoryEvent | undefined {
    let at: HistoryEvent | undefined = event;
    while (at && !is(at)) at = this.#byId.get(at.previousEventId);
    return at;
  }

  #before<T>(event: HistoryEvent, get: (event: HistoryEvent) => T | undefined): T | undefined {
    const found = this.#find(event, (one) => get(one) !== undefined);
    return found && get(found);
  }
}

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

/** Lambda's cause less its stack: that tells of the machine it ran on, and a replay of another does not repeat it. */
export function withoutStackTrace(cause: string): string {
  try {
    const { trace: _, ...told } = JSON.parse(cause) as { trace?: unknown };
    return JSON.stringify(told);
  } catch {
    return cause;
  }
}
