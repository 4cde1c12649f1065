import { Hono } from 'hono';
import type { LambdaContext } from 'hono/aws-lambda';
import { compress } from 'hono/compress';
import { HTTPException } from 'hono/http-exception';
import { timeout } from 'hono/timeout';
import { createApi } from '../api/app.ts';
import type { ApiServices } from '../api/context.ts';
import { problemOf } from '../api/problems.ts';
import { callerOf } from './caller.ts';
import type { HttpApiEvent } from './event-path.ts';

/** An HTTP API waits 30 seconds, and the function runs for 29. In milliseconds. */
const MAX_WAIT = 27_000;
/** What goes on by itself is waited for as long as this, so that the answer says where to ask for its end. */
const ANSWER_WITHIN = 20_000;
const GOES_ON = 'It takes longer than a request may, and goes on by itself. Look again in a minute.';

interface Env {
  readonly Bindings: { readonly event: HttpApiEvent; readonly lambdaContext: LambdaContext };
}

/** The API as an HTTP API calls it. */
export function createSite(services: Omit<ApiServices, 'identify'>, maxWait = MAX_WAIT): Hono<Env> {
  const api = createApi({
    answerWithinMs: ANSWER_WITHIN,
    ...services,
    identify: ({ env }) => callerOf((env as Env['Bindings']).event),
  });
  const site = new Hono<Env>();
  site.onError((error, context) => problemOf(context, error, services.report));
  // Signed addresses are long and alike. Uncompressed, a page of them could exceed the 6 MB of a function's answer.
  site.use(compress());
  site.use(timeout(maxWait, () => new HTTPException(504, { message: GOES_ON })));
  site.all('*', ({ req, env }) => api.fetch(req.raw, env));
  return site;
}
