import { type FocusEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { GridRow, Placed } from './layout.ts';

/** The keys of the W3C's grid pattern: one tab stop, arrows from photo to photo, Home and End, pages. */
export function useGridKeys(rows: readonly GridRow[], count: number, scrollTo: (row: number) => void) {
  const [active, setActive] = useState(0);
  const wanted = useRef(false);
  const grid = useRef<HTMLDivElement>(null);

  // The photo may have to be scrolled to, and so rendered, before it can take the focus.
  useEffect(() => {
    if (!wanted.current) return;
    const link = grid.current?.querySelector<HTMLElement>(`[data-position="${active}"]`);
    if (!link) return;
    wanted.current = false;
    link.focus({ preventScroll: true });
  });

  const onKeyDown = (event: KeyboardEvent) => {
    const next = target(event, rows, active, count);
    if (next === undefined) return;
    event.preventDefault();
    wanted.current = true;
    setActive(next);
    scrollTo(rows.findIndex((row) => row.kind === 'photos' && row.placed.some(({ position }) => position === next)));
  };
  const onFocus = ({ target: focused }: FocusEvent) => {
    const position = (focused as HTMLElement).dataset['position'];
    if (position !== undefined) setActive(Number(position));
  };
  return { active: Math.min(active, Math.max(0, count - 1)), grid: { ref: grid, onKeyDown, onFocus } };
}

/** Rows that a page key passes over. */
const PAGE = 4;

function target(event: KeyboardEvent, rows: readonly GridRow[], active: number, count: number): number | undefined {
  switch (event.key) {
    case 'ArrowRight':
      return Math.min(active + 1, count - 1);
    case 'ArrowLeft':
      return Math.max(active - 1, 0);
    case 'ArrowDown':
      return inOtherRow(rows, active, 1);
    case 'ArrowUp':
      return inOtherRow(rows, active, -1);
    case 'PageDown':
      return inOtherRow(rows, active, PAGE);
    case 'PageUp':
      return inOtherRow(rows, active, -PAGE);
    case 'Home':
      return event.ctrlKey ? 0 : edge(rows, active)?.at(0)?.position;
    case 'End':
      return event.ctrlKey ? count - 1 : edge(rows, active)?.at(-1)?.position;
    default:
      return undefined;
  }
}

const lines = (rows: readonly GridRow[]) => rows.flatMap((row) => (row.kind === 'photos' ? [row.placed] : []));
const edge = (rows: readonly GridRow[], active: number) =>
  lines(rows).find((line) => line.some(({ position }) => position === active));

/** The photo above or below: the one under the middle of this one. */
function inOtherRow(rows: readonly GridRow[], active: number, by: number): number {
  const all = lines(rows);
  const here = all.findIndex((line) => line.some(({ position }) => position === active));
  const line = all[Math.min(all.length - 1, Math.max(0, here + by))];
  const from = all[here]?.find(({ position }) => position === active);
  if (!line || !from) return active;
  const middle = (placed: Placed) => placed.left + placed.width / 2;
  const distance = (placed: Placed) => Math.abs(middle(placed) - middle(from));
  return line.reduce((best, placed) => (distance(placed) < distance(best) ? placed : best)).position;
}
