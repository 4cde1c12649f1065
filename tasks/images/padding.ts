import type { BoundingBox } from '../../schemas/faces.ts';
import { inPixels, type Box, type Size } from './boxes.ts';

/** Rekognition requires at least 80 pixels on each side. */
const MIN_SIDE = 80;
/** Rekognition often finds no face in a tight crop, so a third of the box is added on each side. */
const PADDING = 1 / 3;

/** The part of the picture that the crop of a face shows. In pixels. */
export function cropArea(face: BoundingBox, picture: Size): Box {
  const box = inPixels(face, picture);
  const horizontal = span(box.left, box.width, picture.width);
  const vertical = span(box.top, box.height, picture.height);
  return { left: horizontal.start, top: vertical.start, width: horizontal.size, height: vertical.size };
}

/** The face's box within its crop, as ratios of the crop. */
export function boxInCrop(face: BoundingBox, picture: Size): BoundingBox {
  const [box, area] = [inPixels(face, picture), cropArea(face, picture)];
  return {
    left: (box.left - area.left) / area.width,
    top: (box.top - area.top) / area.height,
    width: box.width / area.width,
    height: box.height / area.height,
  };
}

/** Pads by a third, at least to the minimum side, and shifts the result into the picture. */
function span(start: number, size: number, limit: number): { start: number; size: number } {
  const wanted = Math.min(limit, Math.max(MIN_SIDE, Math.round(size * (1 + 2 * PADDING))));
  const centred = Math.round(start + size / 2 - wanted / 2);
  return { start: Math.min(Math.max(0, centred), limit - wanted), size: wanted };
}
