import { z, type OpenAPIHono } from '@hono/zod-openapi';
import { decide } from '../../client/decisions/decide.ts';
import { sendCrops } from '../../client/decisions/enrol-crops.ts';
import { resolve } from '../../client/decisions/given.ts';
import { readBatch, undoBatch } from '../../client/decisions/undo.ts';
import { readLedger } from '../../client/deployment/queries.ts';
import type { Target } from '../../client/deployment/target.ts';
import { UsageError } from '../../client/failure.ts';
import { BatchId, type Decision } from '../../schemas/decisions.ts';
import type { ApiEnv, Services } from './context.ts';
import { deciding } from './deciding.ts';
import { readPhoto } from './photos.ts';
import { json, route, withBody } from './route.ts';
import { Decide, Decided, DecisionQuery, Decisions } from './schemas/decisions.ts';

const decideRoute = route('editor', {
  method: 'post',
  path: '/api/decisions',
  summary: 'Says who faces are, or are not, in one act that can be undone',
  request: withBody(Decide),
  responses: { 200: json(Decided, 'The act, whose effects can be seen from now on') },
});

const undoRoute = route('editor', {
  method: 'post',
  path: '/api/decisions/{batch}/undo',
  summary: 'Takes an act back, which is an act as well',
  request: { params: z.object({ batch: BatchId }) },
  responses: { 200: json(Decided, 'The act that takes it back') },
});

const listRoute = route('viewer', {
  method: 'get',
  path: '/api/decisions',
  summary: 'What was decided about a photo, or by one act, the oldest first',
  request: { query: DecisionQuery },
  responses: { 200: json(Decisions, 'The decisions') },
});

export function decisionRoutes(api: OpenAPIHono<ApiEnv>, { target, report, summaries }: Services): void {
  api.openapi(decideRoute, async (context) => {
    const { decisions: given, enroll } = context.req.valid('json');
    const { named, ...decided } = await resolve(target, given);
    const { signal, name: by } = deciding(target, context);
    const batch = await decide(target, signal, decided, by);
    summaries.drop(decided.people.map(({ person_id }) => person_id));
    const people = decided.people.map(({ person_id, name = '' }) => ({ person_id, name }));
    const portraits: string[] = [];
    try {
      if (enroll) for (const [id, faces] of named) portraits.push(...(await sendCrops(target, id, faces)));
    } catch (error) {
      // What was decided holds all the same.
      report(error);
    }
    return context.json({ batch, people, portraits }, 200);
  });

  api.openapi(undoRoute, async (context) => {
    const { batch: undone } = context.req.valid('param');
    const { batch, stayed } = await undoBatch(deciding(target, context), undone);
    const people = (await readBatch(target, undone)).map(({ person_id }) => person_id);
    // What takes something back does not say whose it was.
    summaries.drop(people.some((id) => id === undefined) ? undefined : people.flatMap((id) => id ?? []));
    return context.json({ batch, people: [], stayed: [...stayed] }, 200);
  });

  api.openapi(listRoute, async (context) => {
    const { photo, batch } = context.req.valid('query');
    if ((photo === undefined) === (batch === undefined)) throw new UsageError('Ask for a photo, or for a batch.');
    const items = photo === undefined ? await readBatch(target, batch!) : await readLedgerOf(target, photo);
    return context.json({ items }, 200);
  });
}

async function readLedgerOf(target: Target, imageId: string): Promise<Decision[]> {
  const { sha256 } = await readPhoto(target, imageId);
  return sha256 === undefined ? [] : readLedger(target, sha256);
}
