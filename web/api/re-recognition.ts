import type { OpenAPIHono } from '@hono/zod-openapi';
import { countSearches, startReRecognition } from '../../client/decisions/re-recognize.ts';
import { Kept } from '../../client/kept.ts';
import { findPerson } from '../../client/people/find-person.ts';
import { dollarsOf } from '../../client/prices.ts';
import type { ApiEnv, Services } from './context.ts';
import { periodOf } from './period.ts';
import { json, route, withBody } from './route.ts';
import { ReRecognition, ReRecognitionPlan, ReRecognitionQuery, ReRecognize } from './schemas/re-recognition.ts';

const planRoute = route('viewer', {
  method: 'get',
  path: '/api/re-recognition',
  summary: 'How many faces would be searched again at most, and what that costs',
  request: { query: ReRecognitionQuery },
  responses: { 200: json(ReRecognitionPlan, 'What it takes') },
});

const startRoute = route('editor', {
  method: 'post',
  path: '/api/re-recognition',
  summary: 'Searches faces again, which is paid for, against those who were enrolled since',
  request: withBody(ReRecognize),
  responses: { 202: json(ReRecognition, 'It has begun') },
});

/** All faces are counted, so seldom. */
const KEPT_MS = 5000;

export function reRecognitionRoutes(api: OpenAPIHono<ApiEnv>, { target, now }: Services): void {
  const counts = new Kept<number>({ keptMs: KEPT_MS, now });

  api.openapi(planRoute, async (context) => {
    const { since: from, unknown_only: unknownOnly } = context.req.valid('query');
    const { since } = periodOf(from, undefined);
    const faces = await counts.get(`${unknownOnly} ${from}`, () => countSearches(target, { since, unknownOnly }));
    return context.json({ faces, calls: faces, dollars: dollarsOf(faces) }, 200);
  });

  api.openapi(startRoute, async (context) => {
    const { since: from, person_id, unknown_only: unknownOnly } = context.req.valid('json');
    const { since } = periodOf(from, undefined);
    const person = person_id === undefined ? undefined : await findPerson(target, person_id);
    const wanted = { since, person_id: person?.person_id ?? null, unknownOnly };
    const { batch, executionArn } = await startReRecognition(target, wanted, context.var.caller.name);
    return context.json({ batch, execution_arn: executionArn }, 202);
  });
}
