import type * as z from 'zod';
import type { Executions } from '../../web/api/schemas/executions.ts';
import type { People } from '../../web/api/schemas/people.ts';
import type { Faces, PhotoDays, Photos } from '../../web/api/schemas/photos.ts';
import type { UnknownGroups } from '../../web/api/schemas/unknown.ts';
import { askFor, type Kind } from './load.ts';
import type { Server } from './server.ts';

/** How many pages of photos are walked through, in how many places of the list. */
const [PAGES, PLACES] = [6, 12];

/** What somebody does who scrolls, jumps to days, opens photos, looks at people, unknown faces and executions. */
export async function requestsOf(server: Server): Promise<Kind[]> {
  const read = async <Schema extends z.ZodType>(path: string) =>
    (await (await askFor(server, path)).json()) as z.infer<Schema>;
  const { days } = await read<typeof PhotoDays>('/api/photos/days');
  const places = Array.from({ length: PLACES }, (_, at) => days[Math.floor((at / PLACES) * days.length)]!.day);
  const pages: string[] = [];
  const photos: z.infer<typeof Photos>['items'] = [];
  for (const day of places) {
    let path = `/api/photos?limit=100&to=${day}`;
    for (let page = 0; page < PAGES; page += 1) {
      pages.push(path);
      const { items, cursor } = await read<typeof Photos>(path);
      photos.push(...items);
      if (!cursor) break;
      path = `/api/photos?limit=100&to=${day}&cursor=${cursor}`;
    }
  }
  const { items: people } = await read<typeof People>('/api/people?limit=50');
  const { groups } = await read<typeof UnknownGroups>('/api/unknown?limit=12');
  const { items: executions } = await read<typeof Executions>('/api/executions?limit=20');
  const { items: faces } = await read<typeof Faces>('/api/faces?status=MATCHED&limit=100');
  const some = <T>(from: readonly T[], most: number) =>
    from.filter((_, at) => at % Math.max(1, Math.floor(from.length / most)) === 0).slice(0, most);
  // As after the first look at them: scaled copies are kept.
  const thumbnails = some(photos, 40).map(({ thumbnail }) => thumbnail);
  for (const path of thumbnails) await (await askFor(server, path)).arrayBuffer();
  const arns = executions.map(({ execution_arn }) => encodeURIComponent(execution_arn));
  return [
    { route: 'GET /api/photos', share: 25, paths: pages },
    {
      route: 'GET /api/photos, of a person',
      share: 5,
      paths: some(people, 25).map(({ person_id }) => `/api/photos?limit=50&person=${person_id}`),
    },
    { route: 'GET /api/photos/days', share: 3, paths: ['/api/photos/days'] },
    {
      route: 'GET /api/photos/…',
      share: 12,
      paths: some(photos, 300).map(({ image_id }) => `/api/photos/${encodeURIComponent(image_id)}`),
    },
    { route: 'GET /api/pictures/…', share: 15, paths: thumbnails },
    { route: 'GET /api/crops/…', share: 15, paths: faces.flatMap(({ crop }) => crop ?? []) },
    {
      route: 'GET /api/faces',
      share: 4,
      paths: ['/api/faces?status=UNKNOWN&limit=50', '/api/faces?status=MATCHED&limit=50&min_similarity=95'],
    },
    { route: 'GET /api/people', share: 4, paths: ['/api/people?limit=50', '/api/people?limit=500'] },
    {
      route: 'GET /api/people/…',
      share: 1,
      paths: some(people, 10).map(({ person_id }) => `/api/people/${person_id}`),
    },
    { route: 'GET /api/unknown', share: 2, paths: ['/api/unknown?limit=12'] },
    {
      route: 'GET /api/unknown/…',
      share: 2,
      paths: groups.map(({ group_id }) => `/api/unknown/${encodeURIComponent(group_id)}`),
    },
    {
      route: 'GET /api/executions',
      share: 4,
      paths: ['/api/executions?limit=50', '/api/executions?limit=50&status=RUNNING'],
    },
    { route: 'GET /api/executions/…', share: 2, paths: arns.map((arn) => `/api/executions/${arn}`) },
    { route: 'GET /api/executions/…/history', share: 2, paths: arns.map((arn) => `/api/executions/${arn}/history`) },
    { route: 'GET /api/failures', share: 1, paths: ['/api/failures'] },
    { route: 'GET /api/statistics', share: 1, paths: ['/api/statistics'] },
    { route: 'GET /api/settings, /api/me', share: 2, paths: ['/api/settings', '/api/me'] },
  ];
}
