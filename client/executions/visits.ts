/** What happened in an execution, as Step Functions tells it. */
export interface ExecutionEvent {
  readonly id: number;
  readonly previous_event_id: number;
  readonly type: string;
  readonly timestamp: string;
  /** What Step Functions keeps under a name that depends on the type, such as `stateEnteredEventDetails`. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

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
export function visitsOf(events: readonly ExecutionEvent[], isRunning: boolean): Visit[] {
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

function enter({ id, details = {} }: ExecutionEvent, start: number, iteration: number | undefined): Visit {
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

/** What happened in one state, of all the times it was entered. */
export interface StateSummary {
  readonly state: string;
  readonly status: VisitStatus;
  /** How often it was entered: more than once in a Map, or after a wait. */
  readonly entered: number;
  /** Attempts that failed and were followed by another. */
  readonly retries: number;
  /** The last error of an attempt. */
  readonly error?: string;
  /** Milliseconds since 1970. The end is that of the last visit, and absent while it runs. */
  readonly start: number;
  readonly end?: number;
  /** How long its tasks waited for a function, all together, in milliseconds. */
  readonly queued: number;
}

/** The states in the order in which they were first entered. */
export function summarize(visits: readonly Visit[]): StateSummary[] {
  return [...Map.groupBy(visits, ({ state }) => state)].map(([state, of]) => {
    const status = statusOf(of)!;
    const error = of.flatMap(({ errors }) => errors).at(-1);
    const end = Math.max(...of.map((visit) => visit.end ?? Infinity));
    return {
      state,
      status,
      entered: of.length,
      retries: of.reduce((sum, visit) => sum + retriesOf(visit), 0),
      ...(error !== undefined && { error }),
      start: Math.min(...of.map(({ start }) => start)),
      ...(end < Infinity && { end }),
      queued: of.reduce((sum, { queued }) => sum + (queued?.to === undefined ? 0 : queued.to - queued.from), 0),
    };
  });
}

/** The last attempt of a visit that failed was not followed by another. */
const retriesOf = ({ errors, status }: Visit) =>
  status === 'failed' || status === 'caught' ? Math.max(0, errors.length - 1) : errors.length;

/** How a state stands, of all the times it was entered: the worst counts. */
export function statusOf(visits: readonly Visit[]): VisitStatus | undefined {
  const order: readonly VisitStatus[] = ['failed', 'running', 'caught', 'succeeded'];
  return order.find((status) => visits.some((visit) => visit.status === status));
}
