import { z, type OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Target } from '../../client/deployment/target.ts';
import { addPerson, type Deciding } from '../../client/people/change-people.ts';
import { mergePeople, renamePerson, unmergePerson } from '../../client/people/changes.ts';
import { findMerged, findPerson } from '../../client/people/find-person.ts';
import { personName } from '../../client/people/person-name.ts';
import type { ApiEnv, ApiServices } from './context.ts';
import { OnePerson } from './people.ts';
import { json, route, withBody } from './route.ts';
import { NamedPerson } from './schemas/common.ts';
import { MergeInto, NewName } from './schemas/people.ts';

const addRoute = route('editor', {
  method: 'post',
  path: '/api/people',
  summary: 'Adds a person, whose name somebody else may have as well',
  request: withBody(NewName),
  responses: { 201: json(NamedPerson, 'The person') },
});

const renameRoute = route('editor', {
  method: 'patch',
  path: '/api/people/{person_id}',
  summary: 'Gives a person another name',
  request: { params: OnePerson, ...withBody(NewName) },
  responses: { 200: json(NamedPerson, 'The person') },
});

const mergeRoute = route('editor', {
  method: 'post',
  path: '/api/people/{person_id}/merge',
  summary: 'Makes the person another one',
  request: { params: OnePerson, ...withBody(MergeInto) },
  responses: { 200: json(NamedPerson, 'The person who is left') },
});

const unmergeRoute = route('editor', {
  method: 'post',
  path: '/api/people/{person_id}/unmerge',
  summary: 'Takes a merge back: the id is that of who was merged into somebody',
  request: { params: OnePerson },
  responses: { 200: json(z.object({ items: z.array(NamedPerson) }), 'Both people') },
});

export function changePeopleRoutes(api: OpenAPIHono<ApiEnv>, { target }: ApiServices): void {
  api.openapi(addRoute, async (context) => {
    const name = personName(context.req.valid('json').name);
    return context.json(named(await addPerson(target, name)), 201);
  });

  api.openapi(renameRoute, async (context) => {
    const person = await findPerson(target, context.req.valid('param').person_id);
    const { name } = await renamePerson(deciding(target, context), person, context.req.valid('json').name);
    return context.json({ person_id: person.person_id, name }, 200);
  });

  api.openapi(mergeRoute, async (context) => {
    const person = await findPerson(target, context.req.valid('param').person_id);
    const into = await findPerson(target, context.req.valid('json').into);
    await mergePeople(deciding(target, context), person, into);
    return context.json(named(into), 200);
  });

  api.openapi(unmergeRoute, async (context) => {
    const { merged, root } = await findMerged(target, context.req.valid('param').person_id);
    await unmergePerson(deciding(target, context), merged, root);
    return context.json({ items: [named(merged), named(root)] }, 200);
  });
}

const named = ({ person_id, name }: NamedPerson): NamedPerson => ({ person_id, name });

/** Who changes something, as the ledger is told. */
export const deciding = (target: Target, { req, var: { caller } }: Context<ApiEnv>): Deciding => ({
  target,
  signal: req.raw.signal,
  name: caller.name,
});
