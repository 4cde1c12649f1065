/** A detected face's box, in pixels of the picture. */
export interface DetectedBox {
  left: number;
  top: number;
  right: number;
  bottom: number;
  score: number;
}

/** Non-maximum suppression: of boxes that overlap by more than `maxOverlap`, keeps the one with the best score. */
export function withoutOverlaps(boxes: DetectedBox[], maxOverlap: number): DetectedBox[] {
  const kept: DetectedBox[] = [];
  for (const box of boxes.toSorted((a, b) => b.score - a.score)) {
    if (kept.every((other) => overlap(box, other) <= maxOverlap)) kept.push(box);
  }
  return kept;
}

/** Of two boxes one of which lies within the other, such as a face and its head and shoulders, keeps the better one. */
export function withoutParts(boxes: DetectedBox[]): DetectedBox[] {
  const kept: DetectedBox[] = [];
  for (const box of boxes.toSorted((a, b) => b.score - a.score)) {
    if (kept.every((other) => shared(box, other) <= MAX_PART * Math.min(area(box), area(other)))) kept.push(box);
  }
  return kept;
}

/** Fraction of the smaller box's area. */
const MAX_PART = 0.7;

/** Intersection over union. */
export function overlap(a: DetectedBox, b: DetectedBox): number {
  const both = shared(a, b);
  return both / (area(a) + area(b) - both);
}

/** The area of the intersection. */
function shared(a: DetectedBox, b: DetectedBox): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return Math.max(0, width) * Math.max(0, height);
}

export const area = (box: DetectedBox): number => (box.right - box.left) * (box.bottom - box.top);

export const moved = ({ left, top, right, bottom, score }: DetectedBox, x: number, y: number): DetectedBox => ({
  left: left + x,
  top: top + y,
  right: right + x,
  bottom: bottom + y,
  score,
});

/** Largest first, in a deterministic order. */
export const bySize = (a: DetectedBox, b: DetectedBox): number => area(b) - area(a) || a.left - b.left || a.top - b.top;

/** Whether a box's centre is on the picture; a box centred on the border is noise. */
export function isOnPicture(
  picture: { width: number; height: number },
  { left, top, right, bottom }: DetectedBox,
): boolean {
  const x = (left + right) / 2;
  const y = (top + bottom) / 2;
  return x > 0 && y > 0 && x < picture.width && y < picture.height;
}

export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
