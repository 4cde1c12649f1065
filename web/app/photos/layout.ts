import type { Tile } from './tile.ts';

export const GAP = 4;
const HEADING = 44;
/** Of a photo whose size is not known yet, or could not be read. */
const USUAL_RATIO = 4 / 3;

export interface Placed {
  photo: Tile;
  /** The place among all photos shown. */
  position: number;
  left: number;
  width: number;
}
export type GridRow =
  | { kind: 'day'; key: string; day: string; height: number }
  | { kind: 'photos'; key: string; placed: Placed[]; height: number };

/** Lays photos out in rows that fill the width, each day under its heading. */
export class Layout {
  #photos: readonly Tile[] = [];
  #width = 0;
  #rows: readonly GridRow[] = [];

  /** What stays the same is not laid out again: a list of many photos grows at its end. */
  rowsOf(photos: readonly Tile[], width: number): readonly GridRow[] {
    const kept = width === this.#width ? this.#rowsBefore(firstChange(this.#photos, photos)) : [];
    this.#rows = [...kept, ...newRows(photos, width, lastPhotoOf(kept))];
    [this.#photos, this.#width] = [photos, width];
    return this.#rows;
  }

  /** Whether a row ends can depend on the photo that follows it. */
  #rowsBefore(change: number): readonly GridRow[] {
    const place = this.#rows.findLastIndex((row) => row.kind === 'photos' && row.placed.at(-1)!.position + 1 < change);
    return this.#rows.slice(0, place + 1);
  }
}

function firstChange(before: readonly Tile[], now: readonly Tile[]): number {
  const change = before.findIndex((photo, position) => photo !== now[position]);
  return change === -1 ? before.length : change;
}

function lastPhotoOf(rows: readonly GridRow[]): Placed | undefined {
  const last = rows.at(-1);
  return last?.kind === 'photos' ? last.placed.at(-1) : undefined;
}

/** The rows of the photos that follow another one. */
function newRows(photos: readonly Tile[], width: number, after: Placed | undefined): GridRow[] {
  const target = width < 600 ? 116 : 196;
  const rows: GridRow[] = [];
  let day = after?.photo.day ?? '';
  let open: Placed[] = [];
  const close = (height: number) => {
    if (open.length > 0) rows.push({ kind: 'photos', key: open[0]!.photo.image_id, ...justify(open, width, height) });
    open = [];
  };
  for (let position = after ? after.position + 1 : 0; position < photos.length; position += 1) {
    const photo = photos[position]!;
    if (photo.day !== day) {
      close(target);
      day = photo.day;
      rows.push({ kind: 'day', key: day, day, height: HEADING });
    }
    open.push({ photo, position, left: 0, width: 0 });
    const height = fullHeight(open, width);
    if (height <= target) close(height);
  }
  close(target);
  return rows;
}

const ratioOf = ({ width, height }: Tile) =>
  width && height ? Math.min(3, Math.max(0.5, width / height)) : USUAL_RATIO;

function fullHeight(row: readonly Placed[], width: number): number {
  const ratios = row.reduce((sum, { photo }) => sum + ratioOf(photo), 0);
  return (width - GAP * (row.length - 1)) / ratios;
}

function justify(row: readonly Placed[], width: number, wanted: number): { placed: Placed[]; height: number } {
  const height = Math.min(wanted, fullHeight(row, width));
  let left = 0;
  const placed = row.map((each) => {
    const at = { ...each, left, width: ratioOf(each.photo) * height };
    left += at.width + GAP;
    return at;
  });
  return { placed, height };
}
