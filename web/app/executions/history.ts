import type { HistoryEvent } from '../../api/schemas/executions.ts';

export type VisitStatus = 'running' | 'succeeded' | 'failed' | 'caught';

/** One time that a state was entered. */
export interface Visit {
  id: number;
  state: string;
  /** The item of a Map that it worked on. */
  iteration?: number;
  start: number;
  end?: number;
  /** From when its task waited, and until when: in the queue of the function. */
  queued?: { from: number; to?: number };
  /** Errors of attempts, in their order. */
  errors: string[];
  status: VisitStatus;
  input?: string;
  output?: string;
}

const text = (value: unknown) => (typeof value === 'string' ? value : undefined);

/** What happened in each state, from the events, which each name the one before. */
export function visitsOf(events: readonly HistoryEvent[], isRunning: boolean): Visit[] {
  const visits = new Map<number, Visit>();
  const owners = new Map<number, Visit>();
  const iterations = new Map<number, number>();
  for (const event of events) {
    const { id, previous_event_id: previous, type, details = {} } = event;
    const time = Date.parse(event.timestamp);
    const iteration = type === 'MapIterationStarted' ? Number(details['index']) : iterations.get(previous);
    if (iteration !== undefined && !/^MapIteration(Succeeded|Failed|Aborted)$/.test(type))
      iterations.set(id, iteration);
    const visit = type.endsWith('StateEntered') ? enter(event, time, iteration) : owners.get(previous);
    if (!visit) continue;
    visits.set(visit.id, visit);
    owners.set(id, visit);
    follow(visit, type, time, details);
  }
  const all = [...visits.values()];
  if (!isRunning) for (const visit of all) if (visit.end === undefined) visit.status = 'failed';
  return all;
}

function enter({ id, details = {} }: HistoryEvent, start: number, iteration: number | undefined): Visit {
  const input = text(details['input']);
  return {
    id,
    state: text(details['name']) ?? '',
    start,
    errors: [],
    status: 'running',
    ...(iteration !== undefined && { iteration }),
    ...(input !== undefined && { input }),
  };
}

function follow(visit: Visit, type: string, time: number, details: Readonly<Record<string, unknown>>): void {
  if (/^(Task|LambdaFunction)Scheduled$/.test(type)) visit.queued ??= { from: time };
  if (/^(Task|LambdaFunction)Started$/.test(type) && visit.queued) visit.queued.to ??= time;
  if (/^(Task|LambdaFunction)(Failed|TimedOut)$/.test(type)) visit.errors.push(text(details['error']) ?? type);
  if (!type.endsWith('StateExited')) return;
  visit.end = time;
  const output = text(details['output']);
  if (output !== undefined) visit.output = output;
  const hasCaught = visit.errors.length > 0 && /"Error"\s*:/.test(output ?? '');
  visit.status = hasCaught ? 'caught' : 'succeeded';
}

/** How a state stands, of all the times it was entered: the worst counts. */
export function statusOf(visits: readonly Visit[]): VisitStatus | undefined {
  const order: readonly VisitStatus[] = ['failed', 'running', 'caught', 'succeeded'];
  return order.find((status) => visits.some((visit) => visit.status === status));
}
