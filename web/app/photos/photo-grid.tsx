import { useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { dayText } from '../ui/format.ts';
import { GAP, type GridRow, Layout } from './layout.ts';
import './photo-grid.css';
import { PhotoTile } from './photo-tile.tsx';
import type { Tile } from './tile.ts';
import { useGridKeys } from './use-grid-keys.ts';

/** More is asked for when so many rows or fewer are left. */
const NEAR_END = 6;

interface Props {
  photos: readonly Tile[];
  width: number;
  scroller: RefObject<HTMLElement | null>;
  onNear(end: 'start' | 'end'): void;
  /** The day of the topmost row. */
  onDay(day: string): void;
}

export function PhotoGrid({ photos, width, scroller, onNear, onDay }: Props) {
  const [layout] = useState(() => new Layout());
  const rows = useMemo(() => layout.rowsOf(photos, width), [layout, photos, width]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => rows[index]!.height + GAP,
    getItemKey: (index) => rows[index]!.key,
    overscan: 3,
  });
  useLayoutEffect(() => virtual.measure(), [rows, virtual]);
  useKeepPlace(rows, scroller);

  const shown = virtual.getVirtualItems();
  const first = shown[0]?.index ?? 0;
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (rows.length - last <= NEAR_END) onNear('end');
    if (first <= NEAR_END) onNear('start');
  }, [first, last, rows, onNear]);
  const top = rows[virtual.getVirtualItemForOffset(virtual.scrollOffset ?? 0)?.index ?? 0];
  const day = top?.kind === 'day' ? top.day : top?.placed[0]?.photo.day;
  useEffect(() => {
    if (day) onDay(day);
  }, [day, onDay]);

  const keys = useGridKeys(rows, photos.length, (row) => virtual.scrollToIndex(row, { align: 'auto' }));
  return (
    <div
      className="photo-grid"
      role="grid"
      aria-label="Photos"
      aria-rowcount={-1}
      style={{ height: virtual.getTotalSize() }}
      {...keys.grid}
    >
      {shown.map(({ index, key, start }) => (
        <Row
          key={key}
          row={rows[index]!}
          top={start}
          place={index}
          active={keys.active}
          isPassing={virtual.isScrolling}
        />
      ))}
    </div>
  );
}

interface RowProps {
  row: GridRow;
  top: number;
  place: number;
  active: number;
  isPassing: boolean;
}

const Row = ({ row, top, place, active, isPassing }: RowProps) => {
  // Whoever goes there by keys finds it at once.
  const isActive = row.kind === 'photos' && row.placed.some(({ position }) => position === active);
  const stays = useStays(!isPassing || isActive || row.kind === 'day');
  return (
    <div
      role="row"
      aria-rowindex={place + 1}
      className={stays ? 'photo-row' : 'photo-row passing'}
      style={{ transform: `translateY(${top}px)`, height: row.height }}
    >
      {row.kind === 'day' ? (
        <div role="gridcell" className="day">
          <h2>{dayText(row.day)}</h2>
        </div>
      ) : (
        stays &&
        row.placed.map((placed) => (
          <PhotoTile key={placed.photo.image_id} {...placed} isActive={placed.position === active} />
        ))
      )}
    </div>
  );
};

/** In milliseconds. A hand that scrolls does not see it, because the grid holds some rows beyond the screen. */
const PASSING = 120;

/** Whether a row is there to be looked at. Whoever scrolls past thousands of photos must not wait for each of them. */
function useStays(atOnce: boolean): boolean {
  const [stays, setStays] = useState(atOnce);
  if (atOnce && !stays) setStays(true);
  useEffect(() => {
    if (stays) return undefined;
    const timer = setTimeout(() => setStays(true), PASSING);
    return () => clearTimeout(timer);
  }, [stays]);
  return stays;
}

/** Rows that are added above must not move what is looked at. */
function useKeepPlace(rows: readonly GridRow[], scroller: RefObject<HTMLElement | null>) {
  const before = useRef(rows);
  useLayoutEffect(() => {
    const old = before.current;
    before.current = rows;
    const key = old.find(({ kind }) => kind === 'photos')?.key;
    if (!key || old === rows || !scroller.current) return;
    const grown = heightAbove(rows, key) - heightAbove(old, key);
    if (grown > 0) scroller.current.scrollTop += grown;
  }, [rows, scroller]);
}

function heightAbove(rows: readonly GridRow[], key: string): number {
  const place = rows.findIndex(
    (row) => row.kind === 'photos' && row.placed.some(({ photo }) => photo.image_id === key),
  );
  return rows.slice(0, Math.max(0, place)).reduce((sum, { height }) => sum + height + GAP, 0);
}
