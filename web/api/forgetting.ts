import type { OpenAPIHono } from '@hono/zod-openapi';
import { forgetNameless, forgetPerson } from '../../client/forgetting/forget.ts';
import { namelessFaces } from '../../client/forgetting/nameless.ts';
import { facesToForget, idToForget } from '../../client/forgetting/person.ts';
import { verifyForgotten } from '../../client/forgetting/verify.ts';
import { Kept } from '../../client/kept.ts';
import type { ApiEnv, Services } from './context.ts';
import { OnePerson } from './people.ts';
import { json, route, withBody } from './route.ts';
import {
  ForgetNameless,
  ForgettingPlan,
  Forgotten,
  NamelessQuery,
  VerifiedForgotten,
  VerifyForgotten,
} from './schemas/forgetting.ts';
import { Forget } from './schemas/people.ts';

const planRoute = route('viewer', {
  method: 'get',
  path: '/api/people/{person_id}/forget',
  summary: 'How many faces in how many photos would be without a name if the person were forgotten',
  request: { params: OnePerson },
  responses: { 200: json(ForgettingPlan, 'The plan') },
});

const forgetRoute = route('admin', {
  method: 'post',
  path: '/api/people/{person_id}/forget',
  summary: 'Removes everything about the person for good, and reads it back',
  request: { params: OnePerson, ...withBody(Forget) },
  responses: { 200: json(Forgotten, 'The receipt, which does not say who') },
});

const namelessPlanRoute = route('viewer', {
  method: 'get',
  path: '/api/unknown-faces/forget',
  summary: 'How many old faces that nobody is named for would be forgotten, in how many photos',
  request: { query: NamelessQuery },
  responses: { 200: json(ForgettingPlan, 'The plan') },
});

const namelessRoute = route('admin', {
  method: 'post',
  path: '/api/unknown-faces/forget',
  summary: 'Removes crops, search answers and measures of old faces that nobody is named for',
  request: withBody(ForgetNameless),
  responses: { 200: json(Forgotten, 'The receipt') },
});

const verifyRoute = route('editor', {
  method: 'post',
  path: '/api/forgotten',
  summary: 'Reads everything back about somebody who was forgotten. Nothing is removed',
  request: withBody(VerifyForgotten),
  responses: { 200: json(VerifiedForgotten, 'What was read') },
});

/** Rounds of removal and verification can take minutes, and go on if nobody waits. */
const FORGETTING_MS = 15 * 60_000;
/** All faces that nobody is named for are read to count them, so seldom. */
const KEPT_MS = 60_000;

export function forgettingRoutes(api: OpenAPIHono<ApiEnv>, { target, now, onForgotten, summaries }: Services): void {
  const plans = new Kept<{ faces: number; photos: number }>({ keptMs: KEPT_MS, now });
  const patience = () => AbortSignal.timeout(FORGETTING_MS);

  api.openapi(planRoute, async (context) => {
    const id = await idToForget(target, context.req.valid('param').person_id);
    return context.json(await facesToForget(target, id), 200);
  });

  api.openapi(forgetRoute, async (context) => {
    const { photos } = context.req.valid('json');
    const wanted = context.req.valid('param').person_id;
    const { receipt, ids } = await forgetPerson(target, wanted, { photos, signal: patience() });
    summaries.drop();
    await onForgotten(ids);
    // The browser must not keep pictures either.
    context.header('clear-site-data', '"cache"');
    return context.json({ receipt }, 200);
  });

  api.openapi(namelessPlanRoute, async (context) => {
    const { older_than_days: days } = context.req.valid('query');
    return context.json(await plans.get(String(days), () => namelessFaces(target, days, now())), 200);
  });

  api.openapi(namelessRoute, async (context) => {
    const { receipt, ids } = await forgetNameless(target, context.req.valid('json').older_than_days, patience());
    plans.clear();
    await onForgotten(ids);
    context.header('clear-site-data', '"cache"');
    return context.json({ receipt }, 200);
  });

  api.openapi(verifyRoute, async (context) => {
    const { ids, checked, left } = await verifyForgotten(target, context.req.valid('json').who, patience());
    // The execution that looked for the id has it in its history.
    if (left === 0) await onForgotten(ids);
    return context.json({ checked, left }, 200);
  });
}
