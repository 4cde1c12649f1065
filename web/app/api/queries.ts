import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { ExecutionDetail, FailureGroup, HistoryEvent } from '../../api/schemas/executions.ts';
import type { Person, PersonSummary } from '../../api/schemas/people.ts';
import type { PhotoWithFaces } from '../../api/schemas/photos.ts';
import type { Me } from '../../api/schemas/roles.ts';
import type { Settings } from '../../api/schemas/settings.ts';
import { get, type Query } from './client.ts';
import type { Day, Page } from './types.ts';

/** How often what still changes is asked for again, in milliseconds. */
export const LIVE = 1500;

export const daysQuery = queryOptions({
  queryKey: ['photos', 'days'],
  queryFn: ({ signal }) => get<{ days: Day[] }>('/photos/days', {}, signal),
  select: ({ days }) => days,
});

export const photoQuery = (id: string) =>
  queryOptions({
    queryKey: ['photo', id],
    queryFn: ({ signal }) => get<PhotoWithFaces>(`/photos/${encodeURIComponent(id)}`, {}, signal),
    refetchInterval: ({ state }) => (state.data?.status === 'PROCESSING' ? LIVE : false),
  });

export const peopleQuery = queryOptions({
  queryKey: ['people'],
  queryFn: ({ signal }) => get<Page<PersonSummary>>('/people', { limit: 500 }, signal),
  select: ({ items }) => items,
});

export const personQuery = (id: string) =>
  queryOptions({
    queryKey: ['person', id],
    queryFn: ({ signal }) => get<Person>(`/people/${encodeURIComponent(id)}`, {}, signal),
  });

export const executionQuery = (arn: string) =>
  queryOptions({
    queryKey: ['execution', arn],
    queryFn: ({ signal }) => get<ExecutionDetail>(`/executions/${encodeURIComponent(arn)}`, {}, signal),
    refetchInterval: ({ state }) => (state.data?.status === 'RUNNING' ? LIVE : false),
  });

export const historyQuery = (arn: string, isRunning: boolean) =>
  queryOptions({
    queryKey: ['execution', arn, 'history'],
    queryFn: ({ signal }) => allPages<HistoryEvent>(`/executions/${encodeURIComponent(arn)}/history`, signal),
    refetchInterval: isRunning ? LIVE : false,
  });

export const failuresQuery = queryOptions({
  queryKey: ['failures'],
  queryFn: ({ signal }) => get<{ groups: FailureGroup[] }>('/failures', {}, signal),
  select: ({ groups }) => groups,
});

export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: ({ signal }) => get<Settings>('/settings', {}, signal),
});

export const meQuery = queryOptions({ queryKey: ['me'], queryFn: ({ signal }) => get<Me>('/me', {}, signal) });

/** Step Functions keeps at most 25,000 events of an execution. */
const MOST_PAGES = 50;

async function allPages<Item>(path: string, signal: AbortSignal): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await get<Page<Item>>(path, { cursor }, signal);
    items.push(...answer.items);
    cursor = answer.cursor;
    if (!cursor) break;
  }
  return items;
}

/** Every page of a list, each asked for with the cursor of the one before. */
export const pagesQuery = <Item>(path: string, query: Query) =>
  infiniteQueryOptions({
    queryKey: [path, query],
    queryFn: ({ pageParam, signal }) => get<Page<Item>>(path, { ...query, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ cursor }) => cursor,
  });

/** What one page of the grid is asked for with: older photos follow the anchor, newer ones come before it. */
export interface Direction {
  order: 'asc' | 'desc';
  cursor?: string | undefined;
}
