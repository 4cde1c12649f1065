import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { Shell } from './layout/shell.tsx';
import { readFilters } from './photos/filters.ts';
import { PhotosPage } from './photos/photos-page.tsx';
import { Failure } from './ui/states.tsx';

const root = createRootRoute({ component: Shell });
const page = { getParentRoute: () => root } as const;

const photos = createRoute({ ...page, path: '/', component: PhotosPage, validateSearch: readFilters });
const photo = createRoute({
  ...page,
  path: '/photos/$id',
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

const executions = createRoute({
  ...page,
  path: '/executions',
  component: lazyRouteComponent(() => import('./executions/executions-page.tsx'), 'ExecutionsPage'),
  validateSearch: ({ machine, status }: Record<string, unknown>): { machine?: string; status?: string } => ({
    ...(typeof machine === 'string' ? { machine } : {}),
    ...(typeof status === 'string' ? { status } : {}),
  }),
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
  routeTree: root.addChildren([photos, photo, naming, people, person, executions, execution, failed, settings]),
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultErrorComponent: ({ error, reset }) => <Failure error={error as Error} onRetry={reset} />,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
