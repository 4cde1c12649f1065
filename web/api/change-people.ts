import { z, type OpenAPIHono } from '@hono/zod-openapi';
import { addPerson } from '../../client/people/change-people.ts';
import { mergePeople, renamePerson, unmergePerson } from '../../client/people/changes.ts';
import { findMerged, findPerson } from '../../client/people/find-person.ts';
import { personName } from '../../client/people/person-name.ts';
import { splitPerson } from '../../client/people/split.ts';
import { setThreshold } from '../../client/people/threshold.ts';
import type { ApiEnv, Services } from './context.ts';
import { deciding } from './deciding.ts';
import { OnePerson } from './people.ts';
import { json, route, withBody } from './route.ts';
import { NamedPerson } from './schemas/common.ts';
import { Decided } from './schemas/decisions.ts';
import { MergeInto, NewName, OwnThreshold, SplitOff } from './schemas/people.ts';

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

const thresholdRoute = route('editor', {
  method: 'put',
  path: '/api/people/{person_id}/threshold',
  summary: 'From which similarity a face is taken for the person, also in photos of before',
  request: { params: OnePerson, ...withBody(OwnThreshold) },
  responses: { 200: json(NamedPerson.extend(OwnThreshold.shape), 'The person') },
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

const splitRoute = route('editor', {
  method: 'post',
  path: '/api/people/{person_id}/split',
  summary: 'Gives faces and portraits of the person to another one, in one act that can be undone',
  request: { params: OnePerson, ...withBody(SplitOff) },
  responses: { 200: json(Decided, 'The act, and the other person') },
});

export function changePeopleRoutes(api: OpenAPIHono<ApiEnv>, { target, summaries }: Services): void {
  api.openapi(addRoute, async (context) => {
    const name = personName(context.req.valid('json').name);
    return context.json(named(await addPerson(target, name)), 201);
  });

  api.openapi(renameRoute, async (context) => {
    const person = await findPerson(target, context.req.valid('param').person_id);
    const { name } = await renamePerson(deciding(target, context), person, context.req.valid('json').name);
    return context.json({ person_id: person.person_id, name }, 200);
  });

  api.openapi(thresholdRoute, async (context) => {
    const person = await findPerson(target, context.req.valid('param').person_id);
    const { threshold } = context.req.valid('json');
    await setThreshold(deciding(target, context), person, threshold);
    summaries.drop([person.person_id]);
    return context.json({ ...named(person), threshold }, 200);
  });

  api.openapi(mergeRoute, async (context) => {
    const person = await findPerson(target, context.req.valid('param').person_id);
    const into = await findPerson(target, context.req.valid('json').into);
    await mergePeople(deciding(target, context), person, into);
    summaries.drop([person.person_id, into.person_id]);
    return context.json(named(into), 200);
  });

  api.openapi(unmergeRoute, async (context) => {
    const { merged, root } = await findMerged(target, context.req.valid('param').person_id);
    await unmergePerson(deciding(target, context), merged, root);
    summaries.drop([merged.person_id, root.person_id]);
    return context.json({ items: [named(merged), named(root)] }, 200);
  });

  api.openapi(splitRoute, async (context) => {
    const person = await findPerson(target, context.req.valid('param').person_id);
    const { faces, portraits, to: called, new_person: newPerson } = context.req.valid('json');
    const given = [...faces.map(({ image_id, index }) => `${image_id}#${index}`), ...portraits];
    const wanted = { given, called, newPerson };
    const { batch, to, stayed } = await splitPerson(deciding(target, context), person, wanted);
    summaries.drop([person.person_id, to.person_id]);
    return context.json({ batch, people: [named(to)], stayed: [...stayed] }, 200);
  });
}

const named = ({ person_id, name }: NamedPerson): NamedPerson => ({ person_id, name });
