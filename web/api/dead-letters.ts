import type { OpenAPIHono } from '@hono/zod-openapi';
import { putBackDeadLetters, readDeadLetters } from '../../client/recovery/dead-letter-queues.ts';
import type { ApiEnv, ApiServices } from './context.ts';
import { json, route } from './route.ts';
import { DeadLetters, PutBack } from './schemas/recovery.ts';

const listRoute = route('viewer', {
  method: 'get',
  path: '/api/dead-letters',
  summary: 'Events that could not be delivered within a day: photos that were never processed, failures never recorded',
  responses: { 200: json(DeadLetters, 'Up to 100 of them') },
});

const redriveRoute = route('admin', {
  method: 'post',
  path: '/api/dead-letters/redrive',
  summary:
    'Starts what undelivered events should have started, and deletes each of them after that: some of it a request',
  responses: { 200: json(PutBack, 'What was done') },
});

const SHOWN = 100;
/** Done for one request, so that it is answered within the 30 seconds that an HTTP API waits. */
const AT_ONCE = 20;

export function deadLetterRoutes(api: OpenAPIHono<ApiEnv>, { target }: ApiServices): void {
  api.openapi(listRoute, async (context) => {
    const found = await Array.fromAsync(readDeadLetters(target, SHOWN));
    const items = found.map(({ subject, time, reason }) => ({ subject, time, reason }));
    return context.json({ items, more: found.length === SHOWN }, 200);
  });

  api.openapi(redriveRoute, async (context) => {
    const done = await Array.fromAsync(putBackDeadLetters(target, AT_ONCE));
    const items = done.map(({ deadLetter, done: put_back, result }) => ({
      subject: deadLetter.subject,
      put_back,
      result,
    }));
    // What could not be put back would be tried again at once.
    const more = done.length === AT_ONCE && done.every(({ done: isDone }) => isDone);
    return context.json({ items, more }, 200);
  });
}
