import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Position } from '../../client/deployment/pages.ts';
import type { Target } from '../../client/deployment/target.ts';
import { NotFound, UsageError } from '../../client/failure.ts';
import { findItem, nameOfItem, readFailures, type FailedItem } from '../../client/recovery/failures.ts';
import { recoverAll, redrivesPerSecond, type Recovered as Done } from '../../client/recovery/recover-all.ts';
import type { ApiEnv, ApiServices } from './context.ts';
import { fromCursor, PositionCursor, RedriveCursor, toCursor } from './cursor.ts';
import { periodOf } from './period.ts';
import { json, route, withBody } from './route.ts';
import { FailureQuery, Failures, Redrive, Redriven, type FailureItem, type Recovered } from './schemas/executions.ts';

const listRoute = route('viewer', {
  method: 'get',
  path: '/api/failures',
  summary: 'Photos and portraits whose execution failed, the newest first',
  request: { query: FailureQuery },
  responses: { 200: json(Failures, 'A page of failures') },
});

const redriveRoute = route('admin', {
  method: 'post',
  path: '/api/failures/redrive',
  summary: 'Tries again what failed, the oldest first: some of it a request',
  request: withBody(Redrive),
  responses: { 200: json(Redriven, 'What was done') },
});

/** Done for one request, so that it is answered within the 30 seconds that an HTTP API waits. */
const AT_ONCE = 20;

export function failureRoutes(api: OpenAPIHono<ApiEnv>, { target }: ApiServices): void {
  api.openapi(listRoute, async (context) => {
    const { error, failed_state: state, from, limit, cursor } = context.req.valid('query');
    const { since } = periodOf(from, undefined);
    const at = fromCursor(PositionCursor, cursor);
    const { items, next } = await readFailures(target, { error, state, since, order: 'desc', limit, from: at });
    return context.json({ items: items.map(failureView), ...(next && { cursor: toCursor(next) }) }, 200);
  });

  api.openapi(redriveRoute, async (context) => {
    const { cursor, dry_run: dryRun, ...chosen } = context.req.valid('json');
    const { items, next } = await nextItems(target, chosen, fromCursor(RedriveCursor, cursor));
    // What one request cannot do is work in bulk.
    const lane = cursor === undefined && !next ? 'interactive' : 'bulk';
    const settings = { rate: redrivesPerSecond(target), dryRun, lane, signal: context.req.raw.signal } as const;
    const done = await Array.fromAsync(recoverAll(target, items, settings));
    return context.json({ items: done.map(recoveredView), ...(next && { cursor: toCursor(next) }) }, 200);
  });
}

interface Chosen {
  readonly error?: string | undefined;
  readonly failed_state?: string | undefined;
  readonly since?: string | undefined;
  readonly ids?: readonly string[] | undefined;
}

interface Tried {
  readonly tried: number;
}

const isTried = (at: Tried | Position): at is Tried => 'tried' in at;

/** As many as one request does. */
async function nextItems(
  target: Target,
  { ids, error, failed_state: state, since: from }: Chosen,
  at: Tried | Position | undefined,
): Promise<{ readonly items: readonly FailedItem[]; readonly next?: Tried | Position }> {
  if (at && isTried(at) !== (ids !== undefined)) throw new UsageError('The cursor does not fit this list.');
  if (ids === undefined) {
    const { since } = periodOf(from, undefined);
    const after = at && !isTried(at) ? at : undefined;
    return readFailures(target, { error, state, since, order: 'asc', limit: AT_ONCE, from: after });
  }
  if (error !== undefined || state !== undefined || from !== undefined) {
    throw new UsageError('Give ids, or an error, a state or a time: not both.');
  }
  const wanted = [...new Set(ids)];
  const begin = at && isTried(at) ? at.tried : 0;
  const items: FailedItem[] = [];
  for (const id of wanted.slice(begin, begin + AT_ONCE)) {
    const item = await findItem(target, id);
    if (!item) throw new NotFound(`There is no photo or enrolment ${id}.`);
    items.push(item);
  }
  return { items, ...(begin + AT_ONCE < wanted.length && { next: { tried: begin + AT_ONCE } }) };
}

const failureView = (item: FailedItem): FailureItem => ({
  id: nameOfItem(item),
  timestamp: item.timestamp,
  execution_arn: item.execution_arn,
  error: item.error ?? null,
  failed_state: item.failed_state ?? null,
  cause: item.cause ?? null,
});

const recoveredView = ({ item, action, reason, executionArn }: Done): Recovered => ({
  id: nameOfItem(item),
  action: action === 'fail' ? 'failed' : action,
  reason,
  ...(executionArn !== undefined && { execution_arn: executionArn }),
});
