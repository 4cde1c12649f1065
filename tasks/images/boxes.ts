import type { BoundingBox } from '../../schemas/faces.ts';

/** In pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export function inPixels({ left, top, width, height }: BoundingBox, { width: w, height: h }: Size): Box {
  const [x, y] = [Math.floor(left * w), Math.floor(top * h)];
  return {
    left: x,
    top: y,
    width: Math.min(Math.ceil(width * w), w - x),
    height: Math.min(Math.ceil(height * h), h - y),
  };
}

/** By this a face is large enough or too small. */
export function shorterSide(face: BoundingBox, picture: Size): number {
  const { width, height } = inPixels(face, picture);
  return Math.min(width, height);
}
