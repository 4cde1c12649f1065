import { z, type OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { setTimeout as sleep } from 'node:timers/promises';
import { readExecution } from '../../client/executions/read-execution.ts';
import { NotFound } from '../../client/failure.ts';
import { forgettingOf } from '../../client/forgetting/executions.ts';
import { beginForgetting, beginForgettingNameless } from '../../client/forgetting/forget.ts';
import { namelessFaces } from '../../client/forgetting/nameless.ts';
import { facesToForget, idToForget } from '../../client/forgetting/person.ts';
import { beginVerifying } from '../../client/forgetting/verify.ts';
import { Kept } from '../../client/kept.ts';
import type { ApiEnv, Services } from './context.ts';
import { OneExecution } from './executions.ts';
import { OnePerson } from './people.ts';
import { json, route, withBody } from './route.ts';
import {
  ForgetNameless,
  ForgettingPlan,
  ForgettingUnderWay,
  Forgotten,
  NamelessQuery,
  VerifiedForgotten,
  VerifyForgotten,
} from './schemas/forgetting.ts';
import { Forget } from './schemas/people.ts';

const UNDER_WAY = json(ForgettingUnderWay, 'It takes longer than a request may, and goes on by itself');

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
  responses: { 200: json(Forgotten, 'The receipt, which does not say who'), 202: UNDER_WAY },
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
  responses: { 200: json(Forgotten, 'The receipt'), 202: UNDER_WAY },
});

const verifyRoute = route('editor', {
  method: 'post',
  path: '/api/forgotten',
  summary: 'Reads everything back about somebody who was forgotten. Nothing is removed',
  request: withBody(VerifyForgotten),
  responses: { 200: json(VerifiedForgotten, 'What was read'), 202: UNDER_WAY },
});

const endRoute = route('editor', {
  method: 'get',
  path: '/api/forgetting/{execution_arn}',
  summary: 'What came of forgetting somebody, of forgetting faces without a name, or of reading everything back',
  request: { params: OneExecution },
  responses: { 200: json(z.union([Forgotten, VerifiedForgotten]), 'The receipt, or what was read'), 202: UNDER_WAY },
});

/** Rounds of removal and verification can take minutes. */
const FORGETTING_MS = 15 * 60_000;
/** All faces that nobody is named for are read to count them, so seldom. */
const KEPT_MS = 60_000;

export function forgettingRoutes(api: OpenAPIHono<ApiEnv>, services: Services): void {
  const { target, now, onForgotten, summaries, answerWithinMs = FORGETTING_MS } = services;
  const plans = new Kept<{ faces: number; photos: number }>({ keptMs: KEPT_MS, now });

  /** The end, or once a request has waited long enough, where to ask for it. */
  const answer = async (context: Context<ApiEnv>, executionArn: string, waits = answerWithinMs) => {
    const ended = await within(waits, target.pollMs, () => forgettingOf(target, executionArn));
    if (!ended) return context.json({ execution_arn: executionArn }, 202);
    const { ids } = ended;
    if ('receipt' in ended) {
      summaries.drop();
      plans.clear();
      await onForgotten(ids);
      // The browser must not keep pictures either.
      context.header('clear-site-data', '"cache"');
      return context.json({ receipt: ended.receipt }, 200);
    }
    // The execution that looked for the id has it in its history.
    if (ended.left === 0) await onForgotten(ids);
    return context.json({ checked: ended.checked, left: ended.left }, 200);
  };

  api.openapi(planRoute, async (context) => {
    const id = await idToForget(target, context.req.valid('param').person_id);
    return context.json(await facesToForget(target, id), 200);
  });

  api.openapi(forgetRoute, async (context) => {
    const { photos } = context.req.valid('json');
    return answer(context, await beginForgetting(target, context.req.valid('param').person_id, photos)) as never;
  });

  api.openapi(namelessPlanRoute, async (context) => {
    const { older_than_days: days } = context.req.valid('query');
    return context.json(await plans.get(String(days), () => namelessFaces(target, days, now())), 200);
  });

  api.openapi(namelessRoute, async (context) => {
    const { older_than_days: days } = context.req.valid('json');
    return answer(context, await beginForgettingNameless(target, days)) as never;
  });

  api.openapi(verifyRoute, async (context) => {
    return answer(context, await beginVerifying(target, context.req.valid('json').who)) as never;
  });

  api.openapi(endRoute, async (context) => {
    const { execution_arn: executionArn } = context.req.valid('param');
    const { machine } = await readExecution(target, executionArn);
    if (machine !== 'forget-person') throw new NotFound(`Nobody is forgotten by an execution of ${machine}.`);
    return answer(context, executionArn, 0) as never;
  });
}

/** Asks until there is an answer, for as long as is given, and at least once. */
async function within<T>(ms: number, pollMs: number, ask: () => Promise<T | undefined>): Promise<T | undefined> {
  const end = performance.now() + ms;
  for (;;) {
    const found = await ask();
    if (found !== undefined || performance.now() + pollMs > end) return found;
    await sleep(pollMs);
  }
}
