import { z, type OpenAPIHono } from '@hono/zod-openapi';
import { decide } from '../../client/decisions/decide.ts';
import { readFaces, readPeople } from '../../client/deployment/queries.ts';
import { NotFound } from '../../client/failure.ts';
import { sidecarOf } from '../../client/xmp/of-photo.ts';
import { takeSidecars } from '../../client/xmp/take.ts';
import { zipSidecars } from '../../client/xmp/zip.ts';
import type { ApiEnv, Services } from './context.ts';
import { fromCursor, PositionCursor, toCursor } from './cursor.ts';
import { deciding } from './deciding.ts';
import { OnePhoto, readPhoto } from './photos.ts';
import { archive, json, route, withBody, ZIP } from './route.ts';
import { NewSidecars, SidecarQuery, TakenSidecars } from './schemas/sidecars.ts';

const exportRoute = route('editor', {
  method: 'get',
  path: '/api/sidecars',
  summary:
    'Faces and names as XMP sidecars, in a ZIP archive. The header Link leads to the next one, if there are several',
  request: { query: SidecarQuery },
  responses: { 200: ZIP },
});

const oneRoute = route('editor', {
  method: 'get',
  path: '/api/sidecars/{image_id}',
  summary: 'Faces and names of one photo as an XMP sidecar',
  request: { params: OnePhoto },
  responses: { 200: { content: { 'application/rdf+xml': { schema: z.string() } }, description: 'The sidecar' } },
});

const importRoute = route('editor', {
  method: 'post',
  path: '/api/sidecars',
  summary: 'Takes names of faces from XMP sidecars, in one act that can be undone',
  request: withBody(NewSidecars),
  responses: { 200: json(TakenSidecars, 'What was named, and what was left out') },
});

/** To be kept as a file, not shown: it holds names that people gave. */
const SIDECAR_HEADERS = {
  'content-type': 'application/rdf+xml; charset=utf-8',
  'content-disposition': 'attachment',
  'cache-control': 'no-store',
};

export function sidecarRoutes(api: OpenAPIHono<ApiEnv>, { target, summaries }: Services): void {
  api.openapi(exportRoute, async (context) => {
    const { cursor, limit } = context.req.valid('query');
    const { bytes, next } = await zipSidecars(target, { limit, from: fromCursor(PositionCursor, cursor) });
    const path = next && `/api/sidecars?limit=${limit}&cursor=${toCursor(next)}`;
    return context.body(bytes, 200, archive('sidecars', path)) as never;
  });

  api.openapi(oneRoute, async (context) => {
    const photo = await readPhoto(target, context.req.valid('param').image_id);
    const [faces, people] = await Promise.all([readFaces(target, photo), readPeople(target)]);
    if (faces.length === 0) throw new NotFound(`There are no faces in ${photo.image_id}, so it has no sidecar.`);
    return context.body(sidecarOf(photo, faces, people), 200, SIDECAR_HEADERS) as never;
  });

  api.openapi(importRoute, async (context) => {
    const given = context.req.valid('json').sidecars;
    const sidecars = given.map(({ image_id: imageId, xmp }) => ({ imageId, read: () => Promise.resolve(xmp) }));
    const { people, decisions, known, problems } = await takeSidecars(target, sidecars);
    const { signal, name } = deciding(target, context);
    const batch = decisions.length === 0 ? null : await decide(target, signal, { people, decisions }, name);
    summaries.drop(people.map(({ person_id }) => person_id));
    return context.json(
      {
        batch,
        people: people.map(({ person_id, name: called = '' }) => ({ person_id, name: called })),
        named: decisions.length,
        known,
        problems: problems.map(({ imageId, message }) => ({ image_id: imageId, problem: message })),
      },
      200,
    );
  });
}
