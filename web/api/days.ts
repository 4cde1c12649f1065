import { z, type OpenAPIHono } from '@hono/zod-openapi';
import { readPeople, type People } from '../../client/deployment/queries.ts';
import { Days } from '../../client/photos/days.ts';
import { Statistics, type DayStatistics } from '../../client/photos/statistics.ts';
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

const DAY_MS = 86_400_000;
const [DEFAULT_DAYS, MOST_DAYS] = [90, 366];

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
    const { since: given, until = now() } = periodOf(from, to);
    const earliest = new Date(until.getTime() - (given ? MOST_DAYS : DEFAULT_DAYS) * DAY_MS);
    const since = given && given > earliest ? given : earliest;
    const [counted, people] = await Promise.all([statistics.list({ since, until }), readPeople(target)]);
    return context.json({ days: counted.map(daily), people: peopleIn(counted, people) }, 200);
  });
}

const daily = ({ day, hours }: DayStatistics) => ({ day, hours: [...hours] });

function peopleIn(days: readonly DayStatistics[], people: People) {
  const faces = new Map<string, number>();
  for (const { hours } of days) {
    for (const [id, count] of hours.flatMap((hour) => Object.entries(hour.people))) {
      faces.set(id, (faces.get(id) ?? 0) + count);
    }
  }
  return [...faces]
    .map(([person_id, count]) => ({ person_id, name: people.get(person_id) ?? 'somebody', faces: count }))
    .toSorted((a, b) => b.faces - a.faces || a.name.localeCompare(b.name));
}
