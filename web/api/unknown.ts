import type { OpenAPIHono } from '@hono/zod-openapi';
import { CALLS_TO_GROUP, startGrouping } from '../../client/decisions/groups.ts';
import { candidatesOf } from '../../client/decisions/likeliest.ts';
import { UnknownPages, type Group } from '../../client/decisions/unknown-pages.ts';
import { readPeople, type People } from '../../client/deployment/queries.ts';
import { NotFound } from '../../client/failure.ts';
import { dollarsOf } from '../../client/prices.ts';
import { printable } from '../../client/text.ts';
import { cropAddress } from './addresses.ts';
import type { ApiEnv, Services } from './context.ts';
import { fromCursor, GroupCursor, toCursor } from './cursor.ts';
import { json, route } from './route.ts';
import { Grouping, OneGroup, UnknownGroup, UnknownGroups, UnknownQuery } from './schemas/unknown.ts';
import type { Signer } from './signer.ts';
import { named } from './views.ts';

const listRoute = route('viewer', {
  method: 'get',
  path: '/api/unknown',
  summary: 'The faces that nobody is named for, in groups of probably one person, the largest first',
  request: { query: UnknownQuery },
  responses: { 200: json(UnknownGroups, 'A page of groups') },
});

const oneRoute = route('viewer', {
  method: 'get',
  path: '/api/unknown/{group_id}',
  summary: 'One group with all of its faces',
  request: { params: OneGroup },
  responses: { 200: json(UnknownGroup, 'The group') },
});

const groupRoute = route('editor', {
  method: 'post',
  path: '/api/unknown',
  summary: 'Groups the unknown faces again',
  responses: { 202: json(Grouping, 'It has begun') },
});

/** As many as have a key of their own. */
const SUGGESTIONS = 9;

export function unknownRoutes(api: OpenAPIHono<ApiEnv>, { target, signer, now }: Services): void {
  const unknown = new UnknownPages(target, now);

  api.openapi(listRoute, async (context) => {
    const { cursor, limit } = context.req.valid('query');
    const [{ groups, grouped_at = null, next }, fresh, people] = await Promise.all([
      unknown.list(limit, fromCursor(GroupCursor, cursor)),
      unknown.countFresh(),
      readPeople(target),
    ]);
    const calls = fresh * CALLS_TO_GROUP;
    const answer = {
      groups: groups.map((group) => groupView(signer, group, people)),
      grouped_at,
      fresh,
      calls,
      dollars: dollarsOf(calls),
    };
    return context.json({ ...answer, ...(next && { cursor: toCursor(next) }) }, 200);
  });

  api.openapi(oneRoute, async (context) => {
    const { group_id } = context.req.valid('param');
    const [group, people] = await Promise.all([unknown.find(group_id), readPeople(target)]);
    if (!group) throw new NotFound(`There is no group ${printable(group_id)}, or no face of it is unknown any more.`);
    return context.json(groupView(signer, group, people), 200);
  });

  api.openapi(groupRoute, async (context) => context.json({ execution_arn: await startGrouping(target) }, 202));
}

function groupView(signer: Signer, { id, faces, count }: Group, people: People): UnknownGroup {
  return {
    group_id: id,
    count,
    faces: faces.map((face) => ({
      image_id: face.image_id,
      index: face.face_index,
      crop: cropAddress(signer, face),
    })),
    suggestions: candidatesOf(faces)
      .slice(0, SUGGESTIONS)
      .map(({ person_id, similarity }) => ({ ...named(person_id, people), similarity })),
  };
}
