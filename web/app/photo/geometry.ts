import type { BoundingBox } from '../../../schemas/faces.ts';

export type Box = BoundingBox;

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));

/** A point of the picture, as ratios of its width and height. */
export interface Point {
  x: number;
  y: number;
}

export function pointIn(frame: DOMRect, { clientX, clientY }: { clientX: number; clientY: number }): Point {
  return {
    x: clamp((clientX - frame.left) / frame.width, 0, 1),
    y: clamp((clientY - frame.top) / frame.height, 0, 1),
  };
}

export const boxBetween = (one: Point, other: Point): Box => ({
  left: Math.min(one.x, other.x),
  top: Math.min(one.y, other.y),
  width: Math.abs(one.x - other.x),
  height: Math.abs(one.y - other.y),
});

/** Smaller boxes come from a click, not from a drag. */
export const isDrawn = ({ width, height }: Box) => width > 0.008 && height > 0.008;

export const moved = (box: Box, x: number, y: number): Box => ({
  ...box,
  left: clamp(box.left + x, 0, 1 - box.width),
  top: clamp(box.top + y, 0, 1 - box.height),
});

export const resized = (box: Box, x: number, y: number): Box => ({
  ...box,
  width: clamp(box.width + x, 0.01, 1 - box.left),
  height: clamp(box.height + y, 0.01, 1 - box.top),
});

export const placeOf = ({ left, top, width, height }: Box) => ({
  left: `${left * 100}%`,
  top: `${top * 100}%`,
  width: `${width * 100}%`,
  height: `${height * 100}%`,
});
