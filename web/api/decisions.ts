import type { OpenAPIHono } from '@hono/zod-openapi';
import { decide } from '../../client/decisions/decide.ts';
import { resolve } from '../../client/decisions/given.ts';
import { queryIndex, readLedger } from '../../client/deployment/queries.ts';
import type { Target } from '../../client/deployment/target.ts';
import { UsageError } from '../../client/failure.ts';
import { Decision } from '../../schemas/decisions.ts';
import type { ApiEnv, ApiServices } from './context.ts';
import { readPhoto } from './photos.ts';
import { json, route } from './route.ts';
import { Decide, Decided, DecisionQuery, Decisions } from './schemas/decisions.ts';

const decideRoute = route('editor', {
  method: 'post',
  path: '/api/decisions',
  summary: 'Says who faces are, or are not, in one act that can be undone',
  request: { body: { content: { 'application/json': { schema: Decide } }, required: true } },
  responses: { 200: json(Decided, 'The act, whose effects can be seen from now on') },
});

const listRoute = route('viewer', {
  method: 'get',
  path: '/api/decisions',
  summary: 'What was decided about a photo, or by one act, the oldest first',
  request: { query: DecisionQuery },
  responses: { 200: json(Decisions, 'The decisions') },
});

export function decisionRoutes(api: OpenAPIHono<ApiEnv>, { target }: ApiServices): void {
  api.openapi(decideRoute, async (context) => {
    const decided = await resolve(target, context.req.valid('json').decisions);
    const { caller } = context.var;
    const batch = await decide(target, context.req.raw.signal, decided, caller.name);
    const people = decided.people.map(({ person_id, name = '' }) => ({ person_id, name }));
    return context.json({ batch, people }, 200);
  });

  api.openapi(listRoute, async (context) => {
    const { photo, batch } = context.req.valid('query');
    if ((photo === undefined) === (batch === undefined)) throw new UsageError('Ask for a photo, or for a batch.');
    const items = photo === undefined ? await readBatch(target, batch!) : await readLedgerOf(target, photo);
    return context.json({ items }, 200);
  });
}

/** Rows of one timestamp are in no order in an index. */
async function readBatch(target: Target, value: string): Promise<Decision[]> {
  const rows = await queryIndex(target, { table: 'decisions', index: 'by-batch', value, schema: Decision });
  return rows.toSorted((a, b) => (a.entry < b.entry ? -1 : 1));
}

async function readLedgerOf(target: Target, imageId: string): Promise<Decision[]> {
  const { sha256 } = await readPhoto(target, imageId);
  return sha256 === undefined ? [] : readLedger(target, sha256);
}
