import {
  type QueryClient,
  infiniteQueryOptions,
  queryOptions,
  useInfiniteQuery,
  useQueries,
  useQueryClient,
} from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import type { UnknownGroup, UnknownGroups } from '../../api/schemas/unknown.ts';
import { get } from '../api/client.ts';
import { type Done, queueOf, together, withoutDone } from './queue.ts';

const groupsQuery = infiniteQueryOptions({
  queryKey: ['unknown'],
  queryFn: ({ pageParam, signal }) => get<UnknownGroups>('/unknown', { limit: 30, cursor: pageParam }, signal),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: ({ cursor }) => cursor,
  // A new answer in the middle would move the groups under one's hands.
  staleTime: Infinity,
});

const groupQuery = (id: string) =>
  queryOptions({
    queryKey: ['unknown', id],
    queryFn: ({ signal }) => get<UnknownGroup>(`/unknown/${encodeURIComponent(id)}`, {}, signal),
    staleTime: Infinity,
    // The queue knows by it that all faces of a large group have an answer.
    gcTime: Infinity,
  });

/** How many groups are loaded before it is their turn. */
const AHEAD = 3;
/** More groups are asked for when so many or fewer are left: long before there are none. */
const MORE_AT = 60;

/** The groups that need an answer; the first, or the chosen one, and those that are answered along with it, whole. */
export function useGroups(done: Done, chosen: string | undefined, along: ReadonlySet<string>) {
  const query = useInfiniteQuery(groupsQuery);
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const queries = useQueryClient();
  const queue = useMemo(() => {
    const listed = data?.pages.flatMap(({ groups }) => groups) ?? [];
    return queueOf(
      listed.map((group) => wholeOf(queries, group)),
      done,
    );
  }, [data, done, queries]);
  useEffect(() => {
    if (queue.length < MORE_AT && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [queue.length, hasNextPage, isFetchingNextPage, fetchNextPage]);

  const first = queue.find(({ group_id }) => group_id === chosen) ?? queue[0];
  const others = queue.filter((group) => group !== first && along.has(group.group_id));
  const parts = useWhole(first ? [first, ...others] : [], done);
  usePrefetch(queue);
  const { grouped_at = null, fresh = 0 } = data?.pages[0] ?? {};
  return {
    query,
    queue,
    current: together(parts),
    groups: parts.length,
    isWhole: parts.every(isWholeGroup),
    grouped_at,
    fresh,
  };
}

/** The group with all of its faces, if they were asked for and it was not grouped again since. */
function wholeOf(queries: QueryClient, group: UnknownGroup): UnknownGroup {
  const state = queries.getQueryState(groupQuery(group.group_id).queryKey);
  return state?.data && !state.isInvalidated ? state.data : group;
}

/** These groups with all of their faces, as soon as they are there. */
function useWhole(groups: readonly UnknownGroup[], done: Done): UnknownGroup[] {
  const answers = useQueries({
    queries: groups.map((group) => ({ ...groupQuery(group.group_id), enabled: !isWholeGroup(group) })),
  });
  return groups.map((group, place) => {
    const whole = answers[place]?.data;
    return whole ? withoutDone(whole, done) : group;
  });
}

/** A list gives only the first faces of a large group. */
const isWholeGroup = ({ faces, count }: UnknownGroup) => faces.length >= count;

function usePrefetch(queue: readonly UnknownGroup[]) {
  const queries = useQueryClient();
  const next = queue.slice(1, 1 + AHEAD);
  const ids = next.map(({ group_id }) => group_id).join(' ');
  useEffect(() => {
    for (const group of next) {
      for (const { crop } of group.faces) preload(crop);
      if (!isWholeGroup(group)) void queries.prefetchQuery(groupQuery(group.group_id));
    }
    // The queue is a new list after each act, with the same groups in it.
  }, [ids, queries]);
}

function preload(url: string | null) {
  if (url) new Image().src = url;
}
