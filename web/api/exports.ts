import { z, type OpenAPIHono } from '@hono/zod-openapi';
import { zipHoldings } from '../../client/export/zip.ts';
import { findPerson } from '../../client/people/find-person.ts';
import type { ApiEnv, ApiServices } from './context.ts';
import { fromCursor, toCursor } from './cursor.ts';
import { OnePerson } from './people.ts';
import { archive, route, ZIP } from './route.ts';

const exportRoute = route('editor', {
  method: 'get',
  path: '/api/people/{person_id}/export',
  summary:
    'Everything that is held on the person, as a ZIP archive. The header Link leads to the next one, if there are several',
  request: { params: OnePerson, query: z.object({ cursor: z.string().max(4000).optional() }) },
  responses: { 200: ZIP },
});

const ExportCursor = z.object({
  kind: z.enum(['people', 'faces', 'decisions']),
  of: z.int().min(0).max(10_000),
  after: z.record(z.string(), z.string().min(1).max(2048)).optional(),
});

export function exportRoutes(api: OpenAPIHono<ApiEnv>, { target }: ApiServices): void {
  api.openapi(exportRoute, async (context) => {
    const person = await findPerson(target, context.req.valid('param').person_id);
    const from = fromCursor(ExportCursor, context.req.valid('query').cursor);
    const { bytes, next } = await zipHoldings(target, person, from);
    const path = next && `/api/people/${person.person_id}/export?cursor=${toCursor(next)}`;
    return context.body(bytes, 200, archive(person.person_id, path)) as never;
  });
}
