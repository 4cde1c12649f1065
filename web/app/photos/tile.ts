import type { Photo } from '../../api/schemas/photos.ts';

/** What the grid keeps of a photo: little, because it keeps all that somebody has scrolled past. */
export type Tile = Pick<
  Photo,
  'image_id' | 'status' | 'day' | 'width' | 'height' | 'face_count' | 'matched_count' | 'thumbnail'
>;

/** The photos of a page. Those of one day share its text. */
export function tilesOf(photos: readonly Photo[]): Tile[] {
  let shared = '';
  return photos.map(({ image_id, status, day, width, height, face_count, matched_count, thumbnail }) => {
    if (day !== shared) shared = day;
    return { image_id, status, day: shared, width, height, face_count, matched_count, thumbnail };
  });
}
