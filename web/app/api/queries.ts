import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Calibration } from '../../api/schemas/calibration.ts';
import type { ExecutionDetail, HistoryEvent } from '../../api/schemas/executions.ts';
import type { Person, PersonSummary } from '../../api/schemas/people.ts';
import type { PhotoWithFaces } from '../../api/schemas/photos.ts';
import type { Me } from '../../api/schemas/roles.ts';
import { toSegment } from '../../api/schemas/segment.ts';
import type { Settings } from '../../api/schemas/settings.ts';
import type { Statistics } from '../../api/schemas/statistics.ts';
import { allPages, get, type Query } from './client.ts';
import type { Day, Page } from './types.ts';

/** How often what still changes is asked for again, in milliseconds. */
export const LIVE = 1500;

export const daysQuery = queryOptions({
  queryKey: ['photos', 'days'],
  queryFn: ({ signal }) => get<{ days: Day[] }>('/photos/days', {}, signal),
  select: ({ days }) => days,
});

/** How often what is counted is counted again, in milliseconds. */
const COUNTED = 30_000;

export const statisticsQuery = ({ from, to }: { from: string; to: string }) =>
  queryOptions({
    queryKey: ['statistics', from, to],
    queryFn: ({ signal }) => get<Statistics>('/statistics', { from, to }, signal),
    refetchInterval: COUNTED,
  });

export const photoQuery = (id: string) =>
  queryOptions({
    queryKey: ['photo', id],
    queryFn: ({ signal }) => get<PhotoWithFaces>(`/photos/${toSegment(id)}`, {}, signal),
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
    queryFn: ({ signal }) => allPages<HistoryEvent>(`/executions/${encodeURIComponent(arn)}/history`, {}, signal),
    refetchInterval: isRunning ? LIVE : false,
  });

export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: ({ signal }) => get<Settings>('/settings', {}, signal),
});

export const calibrationQuery = queryOptions({
  queryKey: ['calibration'],
  queryFn: ({ signal }) => get<Calibration>('/calibration', {}, signal),
});

export const meQuery = queryOptions({ queryKey: ['me'], queryFn: ({ signal }) => get<Me>('/me', {}, signal) });

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
