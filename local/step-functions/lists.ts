import { ServiceError } from '../aws-json.ts';
import { executionArn, stateMachineArn, type AwsLocation } from './arns.ts';
import { readEvents } from './history.ts';
import { keysUnder, type Execution, type HistoryEvent, type Sublevels } from './sublevels.ts';

/** ListExecutions: one page, newest first, of one status or of all. */
export async function listExecutions(
  { sublevels, location }: { sublevels: Sublevels; location: AwsLocation },
  machine: string,
  request: Record<string, unknown>,
) {
  const { statusFilter = 'ALL', redriveFilter } = request;
  const range = keysUnder(`${machine}/${String(statusFilter)}`);
  const token = tokenOf(request);
  if (token !== undefined && (token <= range.gt || token >= range.lt)) throw invalidToken(token);
  const size = pageSize(request);
  const keys = sublevels.byStart.iterator({ ...range, ...(token !== undefined && { lt: token }), reverse: true });
  const page: Execution[] = [];
  const summaries = () => page.map((one) => executionSummary(location, one));
  let last = '';
  try {
    for (;;) {
      // One more shows whether there is another page.
      const entries = await keys.nextv(size + 1 - page.length);
      if (entries.length === 0) return { executions: summaries() };
      const executions = await sublevels.executions.getMany(entries.map(([, key]) => key));
      for (const [at, execution] of executions.entries()) {
        if (!execution || !matchesRedriveFilter(execution, redriveFilter)) continue;
        if (page.length === size) return { executions: summaries(), nextToken: last };
        page.push(execution);
        [last] = entries[at]!;
      }
    }
  } finally {
    await keys.close();
  }
}

function matchesRedriveFilter({ redriveCount }: Execution, filter: unknown): boolean {
  if (filter === 'REDRIVEN') return redriveCount > 0;
  return filter !== 'NOT_REDRIVEN' || redriveCount === 0;
}

/** The fields that ListExecutions and DescribeExecution have in common. */
export function executionSummary(location: AwsLocation, execution: Execution) {
  const { machine, name, status, startDate, stopDate, redriveCount, redriveDate } = execution;
  return {
    executionArn: executionArn(location, machine, name),
    stateMachineArn: stateMachineArn(location, machine),
    name,
    status,
    startDate: startDate / 1000,
    ...(stopDate !== undefined && { stopDate: stopDate / 1000 }),
    redriveCount,
    ...(redriveDate !== undefined && { redriveDate: redriveDate / 1000 }),
  };
}

/** GetExecutionHistory: one page in either order. The token is the id of the last event of the previous page. */
export async function listHistory(sublevels: Sublevels, key: string, request: Record<string, unknown>) {
  const reverse = request['reverseOrder'] === true;
  const token = tokenOf(request);
  if (token !== undefined && !/^\d{1,5}$/u.test(token)) throw invalidToken(token);
  const size = pageSize(request);
  const from = token === undefined ? undefined : Number(token);
  const found = await readEvents(sublevels, key, { from, reverse, limit: size + 1 });
  const page = found.slice(0, size);
  const withExecutionData = request['includeExecutionData'] !== false;
  return {
    events: page.map((event) => describeEvent(event, withExecutionData)),
    ...(found.length > size && { nextToken: String(page.at(-1)?.id) }),
  };
}

/** Fields that `includeExecutionData: false` leaves out. */
const EXECUTION_DATA_FIELDS = new Set(['input', 'output', 'parameters', 'inputDetails', 'outputDetails', 'cause']);

function describeEvent({ timestamp, ...event }: HistoryEvent, withExecutionData: boolean) {
  const described = { ...event, timestamp: timestamp / 1000 };
  if (withExecutionData) return described;
  return Object.fromEntries(
    Object.entries(described).map(([key, value]) => [
      key,
      typeof value === 'object' ? withoutExecutionData(value) : value,
    ]),
  );
}

function withoutExecutionData(details: object): object {
  return Object.fromEntries(Object.entries(details).filter(([key]) => !EXECUTION_DATA_FIELDS.has(key)));
}

function tokenOf({ nextToken }: Record<string, unknown>): string | undefined {
  return typeof nextToken === 'string' ? nextToken : undefined;
}

function invalidToken(token: string): ServiceError {
  return new ServiceError('InvalidToken', `Invalid Token: '${token}'`);
}

/** At most 1,000. The default, also for 0, is 100. */
function pageSize({ maxResults }: Record<string, unknown>): number {
  return Math.min(Number(maxResults ?? 0) || 100, 1000);
}
