import { infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Photo } from '../../api/schemas/photos.ts';
import { get } from '../api/client.ts';
import { type Direction, LIVE } from '../api/queries.ts';
import type { Page } from '../api/types.ts';
import { type Filters, queryOf } from './filters.ts';
import { type Tile, tilesOf } from './tile.ts';

/** Photos of a screen or two. */
const PAGE = 100;
/** While photos are being processed, so many pages are asked for again and again, and not all of a long list. */
const LIVE_PAGES = 2;

const photosQuery = (filters: Filters) =>
  infiniteQueryOptions({
    queryKey: ['photos', 'grid', filters],
    queryFn: async ({ pageParam: { order, cursor }, signal }) => {
      const asked = { ...queryOf(filters, order), limit: PAGE, cursor };
      const { items, ...page } = await get<Page<Photo>>('/photos', asked, signal);
      return { ...page, items: tilesOf(items) };
    },
    initialPageParam: { order: 'desc' } as Direction,
    getNextPageParam: ({ cursor }): Direction | undefined => (cursor ? { order: 'desc', cursor } : undefined),
    getPreviousPageParam: ({ cursor }, _, { order }): Direction | undefined => {
      if (order === 'desc') return filters.at ? { order: 'asc' } : undefined;
      return cursor ? { order: 'asc', cursor } : undefined;
    },
    refetchInterval: ({ state: { data } }) =>
      data && data.pages.length <= LIVE_PAGES && data.pages.some(isUnderWay) ? LIVE : false,
  });

const isUnderWay = ({ items }: Page<Tile>) => items.some(({ status }) => status === 'PROCESSING');

export function usePhotos(filters: Filters) {
  const query = useInfiniteQuery(photosQuery(filters));
  const { data } = query;
  const photos = useMemo(() => {
    const pages = data?.pages.map(({ items }, page) =>
      (data.pageParams[page] as Direction).order === 'asc' ? items.toReversed() : items,
    );
    return pages?.flat();
  }, [data]);
  return { query, photos };
}
