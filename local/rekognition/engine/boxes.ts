/** A box found by a detector, in pixels of the picture. */
export interface Found {
  left: number;
  top: number;
  right: number;
  bottom: number;
  score: number;
}

/** Of boxes that overlap by more than `most`, keeps the one with the best score. */
export function withoutOverlaps(boxes: Found[], most: number): Found[] {
  const kept: Found[] = [];
  for (const box of boxes.toSorted((a, b) => b.score - a.score)) {
    if (kept.every((other) => overlap(box, other) <= most)) kept.push(box);
  }
  return kept;
}

/** Intersection over union. */
function overlap(a: Found, b: Found): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (area(a) + area(b) - shared);
}

export const area = (box: Found): number => (box.right - box.left) * (box.bottom - box.top);

/** Largest first; the same order every time. */
export const bySize = (a: Found, b: Found): number => area(b) - area(a) || a.left - b.left || a.top - b.top;

/** A box with its centre beside the picture is noise from the border. */
export function isOn(picture: { width: number; height: number }, { left, top, right, bottom }: Found): boolean {
  const x = (left + right) / 2;
  const y = (top + bottom) / 2;
  return x > 0 && y > 0 && x < picture.width && y < picture.height;
}

export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
