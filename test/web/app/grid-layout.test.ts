import { expect, test } from 'vitest';
import { Layout } from '../../../web/app/photos/layout.ts';
import type { Tile } from '../../../web/app/photos/tile.ts';

const WIDTH = 1200;
/** Seven photos a day, of several shapes. */
const photos = Array.from({ length: 200 }, (_, n): Tile => {
  const day = new Date(Date.UTC(2026, 9, 30 - Math.floor(n / 7))).toISOString().slice(0, 'YYYY-MM-DD'.length);
  const [width, height] = [
    [4000, 3000],
    [3000, 4000],
    [6000, 2000],
    [undefined, undefined],
  ][n % 4] as [number, number];
  return { image_id: `${n}.jpg`, status: 'COMPLETED', day, width, height, thumbnail: '' };
});
const wholeOf = (list: readonly Tile[], width = WIDTH) => new Layout().rowsOf(list, width);

test('photos of a day are under its heading, in order, in rows that are full or the last of the day', () => {
  const [heading, row, ...others] = wholeOf(photos.slice(0, 8));
  expect([heading, ...others.slice(-2)]).toMatchObject([
    { kind: 'day', day: '2026-10-30' },
    { kind: 'day', day: '2026-10-29' },
    { kind: 'photos', placed: [{ photo: { image_id: '7.jpg' }, left: 0 }] },
  ]);
  if (row?.kind !== 'photos') throw new Error('No photos follow the heading.');
  const { left, width } = row.placed.at(-1)!;
  expect(left + width).toBeCloseTo(WIDTH);
});

const changed = photos.with(50, { ...photos[50]!, width: 1000, height: 1000 });
test.each([
  ['a list that grows', [1, 2, 10, 13, 14, 15, 99, 200].map((count) => photos.slice(0, count))],
  ['a photo that changes', [photos, changed, photos]],
  ['a photo whose day changes', [photos.slice(0, 14), photos.slice(0, 14).with(13, photos[14]!)]],
  ['photos that are added before', [photos.slice(100), photos]],
  ['photos that are removed', [photos, photos.slice(0, 20), photos.slice(1, 20), []]],
])('%s is laid out as if it were new', (_, lists) => {
  const layout = new Layout();
  expect(lists.map((list) => layout.rowsOf(list, WIDTH))).toStrictEqual(lists.map((list) => wholeOf(list)));
});

test('another width lays everything out again, and what is the same is not', () => {
  const layout = new Layout();
  const before = layout.rowsOf(photos.slice(0, 100), WIDTH);
  const after = layout.rowsOf(photos, WIDTH);
  const last = before.findLastIndex((row, place) => row === after[place]);
  // But for the last day, with its heading.
  expect([last, after.slice(0, last)]).toStrictEqual([before.length - 3, before.slice(0, last)]);
  expect(layout.rowsOf(photos, 500)).toStrictEqual(wholeOf(photos, 500));
});
