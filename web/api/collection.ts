import type { OpenAPIHono } from '@hono/zod-openapi';
import { Kept } from '../../client/kept.ts';
import { importCollection, planImport, type CollectionPlan } from '../../client/people/import-collection.ts';
import type { ApiEnv, Services } from './context.ts';
import { json, route } from './route.ts';
import { CollectionImport } from './schemas/collection.ts';

const planRoute = route('viewer', {
  method: 'get',
  path: '/api/collection',
  summary: 'Whom other software enrolled in the collection, and who of them would become whom',
  responses: { 200: json(CollectionImport, 'The plan') },
});

const importRoute = route('editor', {
  method: 'post',
  path: '/api/collection',
  summary: 'Makes people of those whom other software enrolled. No face is indexed again, and nothing is paid',
  responses: { 200: json(CollectionImport, 'Who was taken over') },
});

/** The whole collection is listed, so seldom. */
const KEPT_MS = 60_000;

export function collectionRoutes(api: OpenAPIHono<ApiEnv>, { target, now, summaries }: Services): void {
  const kept = new Kept<CollectionPlan>({ keptMs: KEPT_MS, now });

  api.openapi(planRoute, async (context) => {
    return context.json(planView(await kept.get('', () => planImport(target))), 200);
  });

  api.openapi(importRoute, async (context) => {
    const plan = await planImport(target);
    await importCollection(target, plan);
    kept.clear();
    summaries.drop();
    return context.json(planView(plan), 200);
  });
}

const planView = ({ externals, own, nameless }: CollectionPlan) => ({
  items: externals.map(({ externalId, faces, name, person_id, counts_for, problem }) => ({
    external_id: externalId,
    faces,
    person_id: person_id ?? null,
    name: name ?? null,
    counts_for: counts_for ?? null,
    problem: problem ?? null,
  })),
  own,
  nameless,
});
