import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Images, SearchX } from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { daysQuery } from '../api/queries.ts';
import type { Day } from '../api/types.ts';
import { Button } from '../ui/controls.tsx';
import { counted } from '../ui/format.ts';
import { Loaded, Notice } from '../ui/states.tsx';
import { useWidth } from '../ui/use-width.ts';
import { FilterBar } from './filter-bar.tsx';
import { type Filters, isFiltered } from './filters.ts';
import { PhotoGrid } from './photo-grid.tsx';
import { Scrubber } from './scrubber.tsx';
import { DropPhotos, UploadButtons } from './upload-controls.tsx';
import { UploadPanel } from './upload-panel.tsx';
import { usePhotos } from './use-photos.ts';

export function PhotosPage() {
  const filters = useSearch({ from: '/' });
  const navigate = useNavigate({ from: '/' });
  const { data: days = [] } = useQuery(daysQuery);
  const change = useCallback(
    (next: Filters) => void navigate({ search: next, replace: true, resetScroll: false }),
    [navigate],
  );
  return (
    <DropPhotos>
      <header className="page-head">
        <h1>Photos</h1>
        <span className="muted number">{!isFiltered(filters) && totalOf(days)}</span>
        <FilterBar filters={filters} onChange={change} />
        <UploadButtons />
      </header>
      {/* Another list begins at its own top. */}
      <PhotoList key={JSON.stringify(filters)} filters={filters} days={days} onChange={change} />
      <UploadPanel />
    </DropPhotos>
  );
}

const totalOf = (days: readonly Day[]) => {
  const total = days.reduce((sum, { count }) => sum + count, 0);
  return total > 0 && counted(total, 'photo');
};

interface Props {
  filters: Filters;
  days: readonly Day[];
  onChange(filters: Filters): void;
}

function PhotoList({ filters, days, onChange }: Props) {
  const { query, photos } = usePhotos(filters);
  const [day, setDay] = useState<string>();
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const width = useWidth(content);
  const { hasNextPage, hasPreviousPage, isFetching, fetchNextPage, fetchPreviousPage } = query;
  const more = useCallback(
    (end: 'start' | 'end') => {
      if (isFetching) return;
      if (end === 'end' && hasNextPage) void fetchNextPage();
      if (end === 'start' && hasPreviousPage) void fetchPreviousPage();
    },
    [isFetching, hasNextPage, hasPreviousPage, fetchNextPage, fetchPreviousPage],
  );
  // A page of a list can be empty although others follow it.
  const isSearching = photos?.length === 0 && hasNextPage;
  useEffect(() => {
    if (isSearching) more('end');
  }, [isSearching, more]);
  const jump = useCallback((at: string) => onChange({ ...filters, at }), [filters, onChange]);
  return (
    <>
      <div className="photos-scroll" ref={scroller}>
        <div ref={content}>
          <Loaded query={{ ...query, data: isSearching ? undefined : photos }}>
            {(all) =>
              all.length === 0 ? (
                <NoPhotos filtered={isFiltered(filters)} onClear={() => onChange({})} />
              ) : (
                width > 0 && <PhotoGrid photos={all} width={width} scroller={scroller} onNear={more} onDay={setDay} />
              )
            }
          </Loaded>
        </div>
      </div>
      {days.length > 1 && <Scrubber days={days} day={day ?? filters.at} onJump={jump} />}
    </>
  );
}

const NoPhotos = ({ filtered, onClear }: { filtered: boolean; onClear(): void }) =>
  filtered ? (
    <Notice icon={SearchX} title="No photo is like this">
      <p className="muted">Take a filter away, or choose other days.</p>
      <Button onPress={onClear}>Clear the filters</Button>
    </Notice>
  ) : (
    <Notice icon={Images} title="No photos yet">
      <p className="muted">
        Drop photos or a folder here, or choose some. Each face in them is found and compared with the people you
        enrolled.
      </p>
      <UploadButtons />
    </Notice>
  );
