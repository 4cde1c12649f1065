import { createRoute, z, type RouteConfig } from '@hono/zod-openapi';
import { createMiddleware } from 'hono/factory';
import type { ApiEnv } from './context.ts';
import { problem } from './problems.ts';
import { may } from './roles.ts';
import { Problem } from './schemas/common.ts';
import type { Role } from './schemas/roles.ts';

/** The scheme that the OpenAPI document names. */
export const SECURITY_SCHEME = 'token';

const problems = (description: string) => ({
  content: { 'application/problem+json': { schema: Problem } },
  description,
});

/** What every route may answer besides its own answers. */
const PROBLEMS = {
  400: problems('The request is wrong'),
  401: problems('Nobody is signed in'),
  403: problems('That needs another role'),
  404: problems('There is nothing of that name'),
  409: problems('That cannot be done now'),
  500: problems('Something is wrong with Rollcall'),
  503: problems('The account is busy'),
} as const;

/** A route, and the least role that it needs: the only place that says so. */
export const route = <const Path extends string, const Config extends Omit<RouteConfig, 'path'> & { path: Path }>(
  role: Role,
  config: Config,
) => {
  const middleware = createMiddleware<ApiEnv>(async (context, next) => {
    const { caller } = context.var;
    if (may(caller.role, role)) return next();
    return problem(context, 403, `It needs the role ${role}, and ${caller.name} has the role ${caller.role}.`);
  });
  const of = { security: [{ [SECURITY_SCHEME]: [] }], 'x-role': role, middleware };
  return createRoute<Path, Config>({ ...config, ...of, responses: { ...PROBLEMS, ...config.responses } });
};

/** An answer in JSON. */
export const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  content: { 'application/json': { schema } },
  description,
});

/** A request that carries JSON. */
export const withBody = <Schema extends z.ZodType>(schema: Schema) => ({
  body: { content: { 'application/json': { schema } }, required: true },
});

/** An answer that is a ZIP archive. */
export const ZIP = {
  content: { 'application/zip': { schema: z.string().openapi({ format: 'binary' }) } },
  description: 'An archive',
};

/** Its headers. If there is another one, Link leads to it. */
export const archive = (name: string, next: string | undefined): Record<string, string> => ({
  'content-type': 'application/zip',
  'content-disposition': `attachment; filename="${name}.zip"`,
  'cache-control': 'no-store',
  ...(next !== undefined && { link: `<${next}>; rel="next"` }),
});
