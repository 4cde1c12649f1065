import { z, type OpenAPIHono } from '@hono/zod-openapi';
import type { DayStatistics } from '../../client/photos/counts.ts';
import { Days } from '../../client/photos/days.ts';
import { Statistics } from '../../client/photos/statistics.ts';
import type { ApiEnv, ApiServices } from './context.ts';
import { periodOf } from './period.ts';
import { json, route } from './route.ts';
import { Time } from './schemas/common.ts';
import { PhotoDays } from './schemas/photos.ts';
import { Statistics as StatisticsSchema, StatisticsQuery } from './schemas/statistics.ts';

const daysRoute = route('viewer', {
  method: 'get',
  path: '/api/photos/days',
  summary: 'The days on which photos were uploaded, and how many, the oldest first',
  request: { query: z.object({ from: Time.optional(), to: Time.optional() }) },
  responses: { 200: json(PhotoDays, 'The days') },
});

const statisticsRoute = route('viewer', {
  method: 'get',
  path: '/api/statistics',
  summary:
    'Photos, faces, people and emotions by day and hour: of the last 90 days, unless a range of up to a year is given',
  request: { query: StatisticsQuery },
  responses: { 200: json(StatisticsSchema, 'The counts') },
});

export function dayRoutes(api: OpenAPIHono<ApiEnv>, { target, now }: ApiServices): void {
  const days = new Days(target, now);
  const statistics = new Statistics(target, days, now);

  api.openapi(daysRoute, async (context) => {
    const { from, to } = context.req.valid('query');
    const { since, until } = periodOf(from, to);
    return context.json({ days: await days.list(since, until) }, 200);
  });

  api.openapi(statisticsRoute, async (context) => {
    const { from, to } = context.req.valid('query');
    const counted = await statistics.summary(periodOf(from, to));
    return context.json({ days: counted.days.map(daily), people: [...counted.people] }, 200);
  });
}

const daily = ({ day, hours }: DayStatistics) => ({ day, hours: [...hours] });
