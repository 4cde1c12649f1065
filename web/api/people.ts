import { z, type OpenAPIHono } from '@hono/zod-openapi';
import { readPeople } from '../../client/deployment/queries.ts';
import type { Target } from '../../client/deployment/target.ts';
import { mapConcurrently } from '../../client/map-concurrently.ts';
import { adviceOn } from '../../client/people/advice.ts';
import { facesOfPerson, seenWith } from '../../client/people/details.ts';
import { findPerson, readEverybody, type Person as Known } from '../../client/people/find-person.ts';
import { portraitView, readHoldings, type Holdings } from '../../client/people/holdings.ts';
import type { FaceRecord } from '../../schemas/records.ts';
import { cropAddress, portraitAddress } from './addresses.ts';
import type { ApiEnv, ApiServices } from './context.ts';
import { fromCursor, toCursor } from './cursor.ts';
import { json, route } from './route.ts';
import { Page } from './schemas/common.ts';
import { People, Person, type PersonSummary } from './schemas/people.ts';
import type { Signer } from './signer.ts';

const listRoute = route('viewer', {
  method: 'get',
  path: '/api/people',
  summary: 'Who is enrolled or named, in alphabetical order',
  request: { query: Page },
  responses: { 200: json(People, 'A page of people') },
});

export const OnePerson = z.object({ person_id: z.string().min(1).max(200) });

const oneRoute = route('viewer', {
  method: 'get',
  path: '/api/people/{person_id}',
  summary: 'One person: portraits, timeline, and who is in the same photos',
  request: { params: OnePerson },
  responses: { 200: json(Person, 'The person') },
});

/** Concurrent reads of people. */
const CONCURRENCY = 8;

export function peopleRoutes(api: OpenAPIHono<ApiEnv>, { target, signer }: ApiServices): void {
  api.openapi(listRoute, async (context) => {
    const { cursor, limit } = context.req.valid('query');
    const start = fromCursor(z.int().min(0), cursor) ?? 0;
    const everybody = await readEverybody(target);
    const shown = everybody.slice(start, start + limit);
    const items = await mapConcurrently(CONCURRENCY, shown, (person) => summaryOf(target, signer, person));
    const more = start + limit < everybody.length;
    return context.json({ items, ...(more && { cursor: toCursor(start + limit) }) }, 200);
  });

  api.openapi(oneRoute, async (context) => {
    const person = await findPerson(target, context.req.valid('param').person_id);
    const [holdings, faces, people] = await Promise.all([
      readHoldings(target, person),
      facesOfPerson(target, person),
      readPeople(target),
    ]);
    const { portraits: _, photos: __, ...summary } = summaryView(holdings, faces.at(-1), signer);
    const answer = {
      ...summary,
      created_at: person.created_at,
      threshold: person.threshold ?? null,
      portraits: holdings.portraits.map((one) => ({ ...portraitView(one), picture: portraitAddress(signer, one) })),
      advice: adviceOn(person.name, holdings.portraits) ?? null,
      photo_count: holdings.photos.length,
      seen_with: await seenWith(target, person, faces, people),
      timeline: timelineOf(holdings),
    };
    return context.json(answer, 200);
  });
}

async function summaryOf(target: Target, signer: Signer, person: Known): Promise<PersonSummary> {
  const [holdings, faces] = await Promise.all([readHoldings(target, person), facesOfPerson(target, person)]);
  return summaryView(holdings, faces.at(-1), signer);
}

function summaryView({ person, portraits, photos }: Holdings, cover: FaceRecord | undefined, signer: Signer) {
  return {
    person_id: person.person_id as string,
    name: person.name,
    portraits: portraits.length,
    photos: photos.length,
    last_seen: photos.at(-1)?.timestamp ?? null,
    cover: cover ? cropAddress(signer, cover) : null,
    merged: person.merged.map(({ person_id, name }) => ({ person_id, name })),
  };
}

function timelineOf({ photos }: Holdings) {
  const days = Map.groupBy(photos, ({ timestamp }) => timestamp.slice(0, 10));
  return [...days].map(([day, list]) => ({ day, count: list.length }));
}
