import { z, type OpenAPIHono } from '@hono/zod-openapi';
import { readPeople } from '../../client/deployment/queries.ts';
import { Kept } from '../../client/kept.ts';
import { adviceOn } from '../../client/people/advice.ts';
import { seenWith } from '../../client/people/details.ts';
import { findPerson, idsOf, readEverybody, type Person as Known } from '../../client/people/find-person.ts';
import { portraitView } from '../../client/people/holdings.ts';
import type { Summary } from '../../client/people/summaries.ts';
import { cropAddress, portraitAddress } from './addresses.ts';
import type { ApiEnv, Services } from './context.ts';
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

type SeenWith = Awaited<ReturnType<typeof seenWith>>;
/** Who is seen with whom takes a hundred reads, so it is found seldom; in milliseconds. */
const [KEPT_MS, STALE_MS] = [60_000, 600_000];

export function peopleRoutes(api: OpenAPIHono<ApiEnv>, { target, signer, now, summaries }: Services): void {
  const together = new Kept<SeenWith>({ keptMs: KEPT_MS, staleMs: STALE_MS, now });

  api.openapi(listRoute, async (context) => {
    const { cursor, limit } = context.req.valid('query');
    const start = fromCursor(z.int().min(0), cursor) ?? 0;
    const everybody = await readEverybody(target);
    const shown = everybody.slice(start, start + limit);
    const items = await Promise.all(
      shown.map(async (person) => summaryView(person, await summaries.of(person), signer)),
    );
    const more = start + limit < everybody.length;
    return context.json({ items, ...(more && { cursor: toCursor(start + limit) }) }, 200);
  });

  api.openapi(oneRoute, async (context) => {
    const person = await findPerson(target, context.req.valid('param').person_id);
    const [summary, people] = await Promise.all([summaries.of(person), readPeople(target)]);
    const { portraits: _, photos, ...view } = summaryView(person, summary, signer);
    const { portraits, timeline, newest } = summary;
    const seen = () => seenWith(target, person, newest, people);
    const answer = {
      ...view,
      created_at: person.created_at,
      threshold: person.threshold ?? null,
      portraits: portraits.map((one) => ({ ...portraitView(one), picture: portraitAddress(signer, one) })),
      advice: adviceOn(person.name, portraits) ?? null,
      photo_count: photos,
      seen_with: await together.get(`${idsOf(person).join(' ')} ${newest.at(-1)} ${photos}`, seen),
      timeline: [...timeline],
    };
    return context.json(answer, 200);
  });
}

const summaryView = (
  person: Known,
  { portraits, photos, last_seen, cover }: Summary,
  signer: Signer,
): PersonSummary => ({
  person_id: person.person_id,
  name: person.name,
  portraits: portraits.length,
  photos,
  last_seen,
  cover: cover ? cropAddress(signer, cover) : null,
  merged: person.merged.map(({ person_id, name }) => ({ person_id, name })),
});
