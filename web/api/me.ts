import type { OpenAPIHono } from '@hono/zod-openapi';
import { redrivesPerSecond } from '../../client/recovery/recover-all.ts';
import type { ApiEnv, ApiServices } from './context.ts';
import { json, route } from './route.ts';
import { Me } from './schemas/roles.ts';
import { Settings } from './schemas/settings.ts';

const meRoute = route('viewer', {
  method: 'get',
  path: '/api/me',
  summary: 'Who asks, and what they may do',
  responses: { 200: json(Me, 'The caller') },
});

const settingsRoute = route('viewer', {
  method: 'get',
  path: '/api/settings',
  summary: 'What the deployment is set to',
  responses: { 200: json(Settings, 'The settings') },
});

export function meRoutes(api: OpenAPIHono<ApiEnv>, { target }: ApiServices): void {
  api.openapi(meRoute, (context) => context.json(context.var.caller, 200));

  api.openapi(settingsRoute, (context) => {
    const { region, environment, face_match_threshold, work_retention_days, settings } = target.deployment;
    return context.json(
      {
        region,
        environment,
        is_local: target.connection.endpoint !== undefined,
        face_match_threshold,
        work_retention_days,
        redrives_per_second: redrivesPerSecond(target),
        settings,
      },
      200,
    );
  });
}
