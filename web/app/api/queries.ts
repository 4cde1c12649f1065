import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { get, type Query } from './client.ts';
import type { Day, Page, Person, PersonDetail, PhotoDetail } from './types.ts';

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
    queryFn: ({ signal }) => get<PhotoDetail>(`/photos/${encodeURIComponent(id)}`, {}, signal),
    refetchInterval: ({ state }) => (state.data?.status === 'PROCESSING' ? LIVE : false),
  });

export const peopleQuery = queryOptions({
  queryKey: ['people'],
  queryFn: ({ signal }) => get<Page<Person>>('/people', { limit: 500 }, signal),
  select: ({ items }) => items,
});

export const personQuery = (id: string) =>
  queryOptions({
    queryKey: ['person', id],
    queryFn: ({ signal }) => get<PersonDetail>(`/people/${encodeURIComponent(id)}`, {}, signal),
  });

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
