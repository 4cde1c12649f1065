import { ServiceError } from '../aws-json.ts';
import { executionArn, stateMachineArn, type Place } from './arns.ts';
import { padded, under, type Execution, type HistoryEvent, type Tables } from './tables.ts';

/** ListExecutions: newest first, a page at a time, of one status or all. */
export async function listExecutions(
  { tables, place }: { tables: Tables; place: Place },
  machine: string,
  request: Record<string, unknown>,
) {
  const { statusFilter = 'ALL', redriveFilter } = request;
  const range = under(`${machine}/${String(statusFilter)}`);
  const before = tokenOf(request);
  if (before !== undefined && (before <= range.gt || before >= range.lt)) throw invalidToken(before);
  const size = pageSize(request);
  const entries = tables.byStart.iterator({ ...range, ...(before !== undefined && { lt: before }), reverse: true });
  const page: Execution[] = [];
  let last = '';
  for await (const [entry, key] of entries) {
    const execution = await tables.executions.get(key);
    if (!execution || !passes(execution, redriveFilter)) continue;
    if (page.length === size) return { executions: page.map((one) => summary(place, one)), nextToken: last };
    page.push(execution);
    last = entry;
  }
  return { executions: page.map((one) => summary(place, one)) };
}

function passes({ redriveCount }: Execution, filter: unknown): boolean {
  if (filter === 'REDRIVEN') return redriveCount > 0;
  return filter !== 'NOT_REDRIVEN' || redriveCount === 0;
}

/** What a list and a description both tell. */
export function summary(place: Place, execution: Execution) {
  const { machine, name, status, startDate, stopDate, redriveCount, redriveDate } = execution;
  return {
    executionArn: executionArn(place, machine, name),
    stateMachineArn: stateMachineArn(place, machine),
    name,
    status,
    startDate: startDate / 1000,
    ...(stopDate !== undefined && { stopDate: stopDate / 1000 }),
    redriveCount,
    ...(redriveDate !== undefined && { redriveDate: redriveDate / 1000 }),
  };
}

/** GetExecutionHistory: by id, in either order; the token is the id of the last event of the page before. */
export async function listHistory(tables: Tables, key: string, request: Record<string, unknown>) {
  const reverse = request['reverseOrder'] === true;
  const after = tokenOf(request);
  if (after !== undefined && !/^\d{1,5}$/u.test(after)) throw invalidToken(after);
  const from = after === undefined ? {} : { [reverse ? 'lt' : 'gt']: `${key}/${padded(Number(after), 5)}` };
  const size = pageSize(request);
  const found = await tables.history.values({ ...under(key), ...from, reverse, limit: size + 1 }).all();
  const page = found.slice(0, size);
  const withData = request['includeExecutionData'] !== false;
  return {
    events: page.map((event) => shown(event, withData)),
    ...(found.length > size && { nextToken: String(page.at(-1)?.id) }),
  };
}

/** What `includeExecutionData: false` leaves out. */
const data = new Set(['input', 'output', 'parameters', 'inputDetails', 'outputDetails', 'cause']);

function shown({ timestamp, ...event }: HistoryEvent, withData: boolean) {
  const whole = { ...event, timestamp: timestamp / 1000 };
  if (withData) return whole;
  return Object.fromEntries(
    Object.entries(whole).map(([key, value]) => [key, typeof value === 'object' ? withoutData(value) : value]),
  );
}

function withoutData(details: object): object {
  return Object.fromEntries(Object.entries(details).filter(([key]) => !data.has(key)));
}

function tokenOf({ nextToken }: Record<string, unknown>): string | undefined {
  return typeof nextToken === 'string' ? nextToken : undefined;
}

function invalidToken(token: string): ServiceError {
  return new ServiceError('InvalidToken', `Invalid Token: '${token}'`);
}

/** Up to 1,000; 100 unless told, and for 0. */
function pageSize({ maxResults }: Record<string, unknown>): number {
  return Math.min(Number(maxResults ?? 0) || 100, 1000);
}
