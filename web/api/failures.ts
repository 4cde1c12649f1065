import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Target } from '../../client/deployment/target.ts';
import { NotFound, UsageError } from '../../client/failure.ts';
import {
  findItem,
  groupFailures,
  listFailures,
  nameOfItem,
  type FailedItem,
  type FailureGroup as Group,
} from '../../client/recovery/failures.ts';
import { recoverAll, type Recovered as Done } from '../../client/recovery/recover-all.ts';
import type { ApiEnv, ApiServices } from './context.ts';
import { FailureCursor, fromCursor, toCursor } from './cursor.ts';
import { periodOf } from './period.ts';
import { json, route, withBody } from './route.ts';
import { FailureQuery, Failures, Redrive, Redriven, type FailureGroup, type Recovered } from './schemas/executions.ts';

const listRoute = route('viewer', {
  method: 'get',
  path: '/api/failures',
  summary: 'What failed, by error and by the state it failed in, the most frequent first',
  request: { query: FailureQuery },
  responses: { 200: json(Failures, 'All failures') },
});

const redriveRoute = route('admin', {
  method: 'post',
  path: '/api/failures/redrive',
  summary: 'Tries again what failed, the oldest first: some of it a request',
  request: withBody(Redrive),
  responses: { 200: json(Redriven, 'What was done') },
});

/** Of each group are shown at most. */
const SHOWN = 100;
/** Done for one request, so that it is answered within the 30 seconds that an HTTP API waits. */
const AT_ONCE = 20;
/** A photo with ten faces makes eleven calls to Rekognition, and most regions allow five per second. On a laptop nothing is throttled. */
const RATE = { aws: 2, local: 100 };

export function failureRoutes(api: OpenAPIHono<ApiEnv>, { target }: ApiServices): void {
  api.openapi(listRoute, async (context) => {
    const { error, from } = context.req.valid('query');
    const { since } = periodOf(from, undefined);
    const items = await listFailures(target, { ...(error !== undefined && { error }), ...(since && { since }) });
    return context.json({ groups: groupFailures(items).map(groupView) }, 200);
  });

  api.openapi(redriveRoute, async (context) => {
    const { cursor, dry_run: dryRun, ...chosen } = context.req.valid('json');
    const after = fromCursor(FailureCursor, cursor);
    const items = (await itemsOf(target, chosen)).filter((item) => !after || isAfter(item, after));
    const now = items.slice(0, AT_ONCE);
    const rate = target.connection.endpoint === undefined ? RATE.aws : RATE.local;
    const done = await Array.fromAsync(recoverAll(target, now, { rate, dryRun, signal: context.req.raw.signal }));
    const [left, last] = [items.length - now.length, now.at(-1)];
    const more = left > 0 && last && { cursor: toCursor({ timestamp: last.timestamp, id: nameOfItem(last) }) };
    return context.json({ items: done.map(recoveredView), left, ...more }, 200);
  });
}

interface Chosen {
  readonly error?: string | undefined;
  readonly failed_state?: string | undefined;
  readonly since?: string | undefined;
  readonly ids?: readonly string[] | undefined;
}

/** In the order in which failures are listed. */
async function itemsOf(target: Target, { ids, error, failed_state, since: from }: Chosen): Promise<FailedItem[]> {
  if (ids === undefined) {
    const { since } = periodOf(from, undefined);
    const items = await listFailures(target, { ...(error !== undefined && { error }), ...(since && { since }) });
    return items.filter((item) => failed_state === undefined || item.failed_state === failed_state);
  }
  if (error !== undefined || failed_state !== undefined || from !== undefined) {
    throw new UsageError('Give ids, or an error, a state or a time: not both.');
  }
  const items: FailedItem[] = [];
  for (const id of new Set(ids)) {
    const item = await findItem(target, id);
    if (!item) throw new NotFound(`There is no photo or enrolment ${id}.`);
    items.push(item);
  }
  return items.toSorted((a, b) => compare([a.timestamp, nameOfItem(a)], [b.timestamp, nameOfItem(b)]));
}

const isAfter = (item: FailedItem, { timestamp, id }: { timestamp: string; id: string }) =>
  compare([item.timestamp, nameOfItem(item)], [timestamp, id]) > 0;

const compare = ([at, id]: readonly [string, string], [otherAt, otherId]: readonly [string, string]) =>
  Date.parse(at) - Date.parse(otherAt) || (id === otherId ? 0 : id < otherId ? -1 : 1);

const groupView = ({ error, state, items }: Group): FailureGroup => ({
  error,
  failed_state: state,
  count: items.length,
  items: items
    .slice(-SHOWN)
    .toReversed()
    .map((item) => ({
      id: nameOfItem(item),
      timestamp: item.timestamp,
      execution_arn: item.execution_arn,
      cause: item.cause ?? null,
    })),
});

const recoveredView = ({ item, action, reason, executionArn }: Done): Recovered => ({
  id: nameOfItem(item),
  action: action === 'fail' ? 'failed' : action,
  reason,
  ...(executionArn !== undefined && { execution_arn: executionArn }),
});
