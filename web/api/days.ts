import { z, type OpenAPIHono } from '@hono/zod-openapi';
import { Days } from '../../client/photos/days.ts';
import type { ApiEnv, ApiServices } from './context.ts';
import { periodOf } from './period.ts';
import { json, route } from './route.ts';
import { Time } from './schemas/common.ts';
import { PhotoDays } from './schemas/photos.ts';

const daysRoute = route('viewer', {
  method: 'get',
  path: '/api/photos/days',
  summary: 'The days on which photos were uploaded, and how many, the oldest first',
  request: { query: z.object({ from: Time.optional(), to: Time.optional() }) },
  responses: { 200: json(PhotoDays, 'The days') },
});

export function dayRoutes(api: OpenAPIHono<ApiEnv>, { target, now }: ApiServices): void {
  const days = new Days(target, now);
  api.openapi(daysRoute, async (context) => {
    const { from, to } = context.req.valid('query');
    const { since, until } = periodOf(from, to);
    return context.json({ days: await days.list(since, until) }, 200);
  });
}
