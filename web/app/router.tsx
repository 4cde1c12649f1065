import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { marked, unmarked } from '../api/schemas/segment.ts';
import { readExecutionsSearch } from './executions/search.ts';
import { Shell } from './layout/shell.tsx';
import { readFilters } from './photos/filters.ts';
import { PhotosPage } from './photos/photos-page.tsx';
import { readTrendsSearch } from './trends/range.ts';
import { Failure } from './ui/states.tsx';

const root = createRootRoute({ component: Shell });
const page = { getParentRoute: () => root } as const;

const photos = createRoute({ ...page, path: '/', component: PhotosPage, validateSearch: readFilters });
const photo = createRoute({
  ...page,
  path: '/photos/$id',
  params: { parse: ({ id }) => ({ id: unmarked(id) }), stringify: ({ id }) => ({ id: marked(id) }) },
  component: lazyRouteComponent(() => import('./photo/photo-page.tsx'), 'PhotoPage'),
  validateSearch: ({ face }: Record<string, unknown>): { face?: number } => (typeof face === 'number' ? { face } : {}),
});
const naming = createRoute({
  ...page,
  path: '/name',
  component: lazyRouteComponent(() => import('./naming/naming-page.tsx'), 'NamingPage'),
});
const people = createRoute({
  ...page,
  path: '/people',
  component: lazyRouteComponent(() => import('./people/people-page.tsx'), 'PeoplePage'),
});
const person = createRoute({
  ...page,
  path: '/people/$id',
  component: lazyRouteComponent(() => import('./people/person-page.tsx'), 'PersonPage'),
});
const trends = createRoute({
  ...page,
  path: '/trends',
  component: lazyRouteComponent(() => import('./trends/trends-page.tsx'), 'TrendsPage'),
  validateSearch: readTrendsSearch,
});

const executions = createRoute({
  ...page,
  path: '/executions',
  component: lazyRouteComponent(() => import('./executions/executions-page.tsx'), 'ExecutionsPage'),
  validateSearch: readExecutionsSearch,
});
const execution = createRoute({
  ...page,
  path: '/executions/$arn',
  component: lazyRouteComponent(() => import('./executions/execution-page.tsx'), 'ExecutionPage'),
});
const failed = createRoute({
  ...page,
  path: '/failed',
  component: lazyRouteComponent(() => import('./failed/failed-page.tsx'), 'FailedPage'),
});
const settings = createRoute({
  ...page,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings/settings-page.tsx'), 'SettingsPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([photos, photo, naming, people, person, trends, executions, execution, failed, settings]),
  // What no page knows is taken out of the address.
  search: { strict: true },
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultErrorComponent: ({ error, reset }) => <Failure error={error as Error} onRetry={reset} />,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
