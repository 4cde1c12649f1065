import type { Photo } from '../../api/schemas/photos.ts';

export const GAP = 4;
const HEADING = 44;
/** Of a photo whose size is not known yet, or could not be read. */
const USUAL_RATIO = 4 / 3;

export interface Placed {
  photo: Photo;
  /** The place among all photos shown. */
  position: number;
  left: number;
  width: number;
}
export type GridRow =
  | { kind: 'day'; key: string; day: string; height: number }
  | { kind: 'photos'; key: string; placed: Placed[]; height: number };

/** Rows of photos that fill the width, each day under its heading. */
export function rowsOf(photos: readonly Photo[], width: number): GridRow[] {
  const target = width < 600 ? 116 : 196;
  const rows: GridRow[] = [];
  let day = '';
  let open: Placed[] = [];
  const close = (height: number) => {
    if (open.length > 0) rows.push({ kind: 'photos', key: open[0]!.photo.image_id, ...justify(open, width, height) });
    open = [];
  };
  for (const [position, photo] of photos.entries()) {
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

const ratioOf = ({ width, height }: Photo) =>
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
