import type { Frame } from './cut.ts';
import type { Point } from './types.ts';

/** Where dlib's alignment puts the eyes and the mouth in the 150x150 chip that its network describes. */
const TARGET: Point[] = [
  { x: 47.95, y: 34.65 },
  { x: 102.05, y: 34.65 },
  { x: 75, y: 98.97 },
];

/**
 * The frame that shows a face upright and at one size, whatever its roll: the least-squares similarity transform
 * (rotation, scale, translation) from the chip to the picture. The library crops without rotating, and so does not
 * recognise tilted faces.
 */
export function chipFrame(landmarks: Point[]): Frame {
  const found = [centre(landmarks, 36, 42), centre(landmarks, 42, 48), centre(landmarks, 48, 60)];
  const from = centre(TARGET, 0, 3);
  const to = centre(found, 0, 3);
  let along = 0;
  let across = 0;
  let size = 0;
  for (const [i, target] of TARGET.entries()) {
    const x = target.x - from.x;
    const y = target.y - from.y;
    const u = found[i]!.x - to.x;
    const v = found[i]!.y - to.y;
    along += x * u + y * v;
    across += x * v - y * u;
    size += x * x + y * y;
  }
  const step = { x: along / size, y: across / size };
  const corner = { x: to.x - (from.x * step.x - from.y * step.y), y: to.y - (from.x * step.y + from.y * step.x) };
  return { corner, step };
}

export function centre(points: Point[], from: number, to: number): Point {
  const some = points.slice(from, to);
  return {
    x: some.reduce((sum, p) => sum + p.x, 0) / some.length,
    y: some.reduce((sum, p) => sum + p.y, 0) / some.length,
  };
}
