import { z, type OpenAPIHono } from '@hono/zod-openapi';
import { CALLS_TO_GROUP, readUnknown, startGrouping, type Unknown } from '../../client/decisions/groups.ts';
import { candidatesOf } from '../../client/decisions/likeliest.ts';
import { readPeople, type People } from '../../client/deployment/queries.ts';
import { NotFound } from '../../client/failure.ts';
import { dollarsOf } from '../../client/prices.ts';
import { printable } from '../../client/text.ts';
import type { FaceRecord } from '../../schemas/records.ts';
import { cropAddress } from './addresses.ts';
import type { ApiEnv, ApiServices } from './context.ts';
import { fromCursor, toCursor } from './cursor.ts';
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

/** Faces of a group in a list: all of most groups, so that few have to be asked for. */
const SHOWN = 60;
/** As many as have a key of their own. */
const SUGGESTIONS = 9;

export function unknownRoutes(api: OpenAPIHono<ApiEnv>, { target, signer }: ApiServices): void {
  api.openapi(listRoute, async (context) => {
    const { cursor, limit } = context.req.valid('query');
    const start = fromCursor(z.int().min(0), cursor) ?? 0;
    const [unknown, people] = await Promise.all([readUnknown(target), readPeople(target)]);
    const all = groupsOf(unknown);
    const groups = all.slice(start, start + limit).map((group) => groupView(signer, group, people, SHOWN));
    const more = start + limit < all.length;
    const { grouped_at = null, fresh } = unknown;
    const calls = fresh * CALLS_TO_GROUP;
    const costs = { calls, dollars: dollarsOf(calls) };
    return context.json({ groups, grouped_at, fresh, ...costs, ...(more && { cursor: toCursor(start + limit) }) }, 200);
  });

  api.openapi(oneRoute, async (context) => {
    const { group_id } = context.req.valid('param');
    const [unknown, people] = await Promise.all([readUnknown(target), readPeople(target)]);
    const group = groupsOf(unknown).find(({ id }) => id === group_id);
    if (!group) throw new NotFound(`There is no group ${printable(group_id)}, or no face of it is unknown any more.`);
    return context.json(groupView(signer, group, people), 200);
  });

  api.openapi(groupRoute, async (context) => context.json({ execution_arn: await startGrouping(target) }, 202));
}

interface Group {
  readonly id: string;
  readonly faces: readonly FaceRecord[];
}

/** Those that are too few for a group, and those that are like no other, are groups as well: they need an answer too. */
const groupsOf = ({ groups, suggestions, alone }: Unknown): Group[] => [
  ...groups,
  ...[...suggestions, ...alone.map((face) => [face])].map((faces) => ({ id: idOf(faces), faces })),
];

const idOf = ([first]: readonly FaceRecord[]) => `face:${first?.image_id}#${first?.face_index}`;

function groupView(signer: Signer, { id, faces }: Group, people: People, shown = faces.length): UnknownGroup {
  return {
    group_id: id,
    count: faces.length,
    faces: faces.slice(0, shown).map((face) => ({
      image_id: face.image_id,
      index: face.face_index,
      crop: cropAddress(signer, face),
    })),
    suggestions: candidatesOf(faces)
      .slice(0, SUGGESTIONS)
      .map(({ person_id, similarity }) => ({ ...named(person_id, people), similarity })),
  };
}
