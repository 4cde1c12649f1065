import { infiniteQueryOptions, queryOptions, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { get } from '../api/client.ts';
import type { Group, Groups } from '../api/types.ts';
import { type Done, queueOf, withoutDone } from './queue.ts';

const groupsQuery = infiniteQueryOptions({
  queryKey: ['unknown'],
  queryFn: ({ pageParam, signal }) => get<Groups>('/unknown', { limit: 50, cursor: pageParam }, signal),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: ({ cursor }) => cursor,
  // A new answer in the middle would move the groups under one's hands.
  staleTime: Infinity,
});

const groupQuery = (id: string) =>
  queryOptions({
    queryKey: ['unknown', id],
    queryFn: ({ signal }) => get<Group>(`/unknown/${encodeURIComponent(id)}`, {}, signal),
    staleTime: Infinity,
  });

/** How many groups are loaded before it is their turn. */
const AHEAD = 3;

/** The groups that need an answer; the first, or the chosen one, with all of its faces. */
export function useGroups(done: Done, chosen: string | undefined) {
  const query = useInfiniteQuery(groupsQuery);
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const queue = useMemo(() => queueOf(data?.pages.flatMap(({ groups }) => groups) ?? [], done), [data, done]);
  useEffect(() => {
    if (queue.length < 2 * AHEAD && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [queue.length, hasNextPage, isFetchingNextPage, fetchNextPage]);

  const short = queue.find(({ group_id }) => group_id === chosen) ?? queue[0];
  const full = useQuery({ ...groupQuery(short?.group_id ?? ''), enabled: short !== undefined });
  const current = full.data && short ? withoutDone(full.data, done) : short;
  const isWhole = current !== undefined && current.faces.length >= current.count;
  usePrefetch(queue);
  return { query, queue, current, isWhole, error: full.error };
}

function usePrefetch(queue: readonly Group[]) {
  const queries = useQueryClient();
  const next = queue.slice(1, 1 + AHEAD);
  const ids = next.map(({ group_id }) => group_id).join(' ');
  useEffect(() => {
    for (const { group_id } of next) {
      void queries.fetchQuery(groupQuery(group_id)).then(
        ({ faces }) => faces.forEach(({ crop }) => preload(crop)),
        () => undefined,
      );
    }
    // The queue is a new list after each act, with the same groups in it.
  }, [ids, queries]);
}

function preload(url: string | null) {
  if (url) new Image().src = url;
}
