import { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { createMiddleware } from 'hono/factory';
import { Kept } from '../../client/kept.ts';
import { Summaries } from '../../client/people/summaries.ts';
import type { PersonRecord } from '../../schemas/records.ts';
import { calibrationRoutes } from './calibration.ts';
import { changePeopleRoutes } from './change-people.ts';
import { collectionRoutes } from './collection.ts';
import type { ApiEnv, ApiServices, Caller, Services } from './context.ts';
import { dayRoutes } from './days.ts';
import { deadLetterRoutes } from './dead-letters.ts';
import { decisionRoutes } from './decisions.ts';
import { enrolmentRoutes } from './enrolments.ts';
import { executionRoutes } from './executions.ts';
import { exportRoutes } from './exports.ts';
import { failureRoutes } from './failures.ts';
import { forgettingRoutes } from './forgetting.ts';
import { meRoutes } from './me.ts';
import { peopleRoutes } from './people.ts';
import { photoRoutes } from './photos.ts';
import { pictureRoutes } from './pictures/routes.ts';
import { problem, problemOf } from './problems.ts';
import { reRecognitionRoutes } from './re-recognition.ts';
import { SECURITY_SCHEME } from './route.ts';
import { sidecarRoutes } from './sidecars.ts';
import { unknownRoutes } from './unknown.ts';
import { uploadRoutes } from './uploads.ts';

const RESOURCES = [
  meRoutes,
  dayRoutes,
  photoRoutes,
  pictureRoutes,
  uploadRoutes,
  peopleRoutes,
  changePeopleRoutes,
  enrolmentRoutes,
  decisionRoutes,
  executionRoutes,
  failureRoutes,
  unknownRoutes,
  calibrationRoutes,
  reRecognitionRoutes,
  deadLetterRoutes,
  collectionRoutes,
  forgettingRoutes,
  exportRoutes,
  sidecarRoutes,
];

/** Almost every route tells names. Those of people that others name are seen so much later; in milliseconds. */
const PERSONS_KEPT_MS = 2000;
/** A list of all photos is read day by day. */
const NEXT_DAYS_KEPT_MS = 60_000;
/** Ten thousand decisions. */
const MAX_BODY_BYTES = 8 * 2 ** 20;

const DOCUMENT = {
  openapi: '3.1.0',
  info: {
    title: 'Rollcall',
    version: '1',
    description: 'Who is in every photo. Each operation says under `x-role` which role it needs at least.',
  },
};

/** The API of a deployment: the same app on a laptop and behind an HTTP API. */
export function createApi(given: ApiServices): OpenAPIHono<ApiEnv> {
  const persons = new Kept<PersonRecord[]>({ keptMs: PERSONS_KEPT_MS, now: given.now });
  const nextDays = new Kept<string | undefined>({ keptMs: NEXT_DAYS_KEPT_MS, now: given.now, most: 5000 });
  const target = { ...given.target, persons, nextDays };
  const services: Services = { ...given, target, summaries: new Summaries(target, given.now) };
  const api = new OpenAPIHono<ApiEnv>({
    defaultHook: (result, context) => {
      if (result.success) return;
      const faults = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
      return problem(context, 400, faults.join('; '));
    },
  });
  api.onError((error, context) => problemOf(context, error, services.report));
  api.notFound((context) => problem(context, 404, 'The API has no such path. /api/openapi.json lists them all.'));
  api.use('/api/*', authentication(services));
  const limit = bodyLimit({ maxSize: MAX_BODY_BYTES, onError: (context) => problem(context, 413, TOO_LARGE) });
  api.use('/api/*', (context, next) => {
    const { method, path } = context.req;
    // A file is not held, but passed on to the bucket. To look for a body where there is none takes time.
    const isFree = method === 'GET' || path.startsWith('/api/uploads/');
    return isFree ? next() : limit(context, next);
  });
  api.openAPIRegistry.registerComponent('securitySchemes', SECURITY_SCHEME, { type: 'http', scheme: 'bearer' });
  api.use('/api/*', async ({ req }, next) => {
    if (req.method === 'GET') return next();
    // Nobody decides on what was kept, and whoever has changed something sees it.
    persons.clear();
    await next();
    persons.clear();
  });
  for (const resource of RESOURCES) resource(api, services);
  api.doc31('/api/openapi.json', DOCUMENT);
  return api;
}

const TOO_LARGE = `A request must have at most ${MAX_BODY_BYTES} bytes.`;
/** What is asked for without a token, and as whom: pictures and links by the browser, uploads by whom they were given to. */
const SIGNED: readonly (readonly [RegExp, Caller])[] = [
  [/^\/api\/(?:pictures|crops|portraits|results)\//, { role: 'viewer', name: 'a signed address' }],
  [/^\/api\/uploads\//, { role: 'editor', name: 'a signed address' }],
];

const authentication = ({ identify, signer }: ApiServices) =>
  createMiddleware<ApiEnv>(async (context, next) => {
    const { pathname, search } = new URL(context.req.url);
    const signed = signer.isSigned(pathname + search) ? SIGNED.find(([path]) => path.test(pathname)) : undefined;
    const caller = signed?.[1] ?? identify(context);
    if (!caller) return problem(context, 401, 'Send the token: Authorization: Bearer …');
    context.set('caller', caller);
    return next();
  });
