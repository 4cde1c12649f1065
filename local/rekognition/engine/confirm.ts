import { area, type DetectedBox, moved, overlap } from './boxes.ts';
import { cropFrame, type Frame, placeOf, rotated, type Turn } from './cut.ts';
import type { Pixels } from './decode.ts';
import { look, ssdTone, type View } from './look.ts';
import { SSD_SIZE, type SsdNet } from './nets/ssd-net.ts';

/** One candidate is drawn into each cell, at the size that SSD sees best, with as much around it as it is large. */
const CELL = 128;
const FACE = 56;
const CELLS_IN_ROW = SSD_SIZE / CELL;
const CELLS = CELLS_IN_ROW ** 2;
const GREY = 127;
const MIN_SCORE = 0.05;
/** The candidate's own box is coarse, above all that of a small face. */
const MIN_OVERLAP = 0.3;

export interface Candidate {
  readonly box: DetectedBox;
  /** By how much its face would be turned clockwise. It is drawn turned back. */
  readonly degrees: Turn;
}

/**
 * Looks at each candidate again, enlarged or reduced to one size. All are drawn side by side, so one candidate costs a
 * sixteenth of a whole look. Gives the box and score of this second look, or undefined where it sees no face.
 */
export function confirm(ssd: SsdNet, picture: Pixels, candidates: readonly Candidate[]): (DetectedBox | undefined)[] {
  const confirmed: (DetectedBox | undefined)[] = [];
  for (let i = 0; i < candidates.length; i += CELLS)
    confirmed.push(...confirmSheet(ssd, picture, candidates.slice(i, i + CELLS)));
  return confirmed;
}

function confirmSheet(ssd: SsdNet, picture: Pixels, candidates: readonly Candidate[]): (DetectedBox | undefined)[] {
  const frames = candidates.map((candidate) => frameOf(candidate, picture));
  const found = look(ssd, drawSheet(picture, frames), MIN_SCORE).sort((a, b) => b.score - a.score);
  return candidates.map(({ box: candidate }, n) => {
    const cell = { x: (n % CELLS_IN_ROW) * CELL, y: Math.floor(n / CELLS_IN_ROW) * CELL };
    const boxes = found.map((box) => onPicture(moved(box, -cell.x, -cell.y), frames[n]!));
    return boxes.find((box) => overlap(box, candidate) > MIN_OVERLAP);
  });
}

/** The box on the picture of a box on the frame, which is turned by right angles only. */
function onPicture({ left, top, right, bottom, score }: DetectedBox, frame: Frame): DetectedBox {
  const [a, b] = [placeOf(frame, left, top), placeOf(frame, right, bottom)];
  return {
    left: Math.min(a.x, b.x),
    top: Math.min(a.y, b.y),
    right: Math.max(a.x, b.x),
    bottom: Math.max(a.y, b.y),
    score,
  };
}

function frameOf({ box, degrees }: Candidate, picture: Pixels): Frame {
  const step = Math.sqrt(area(box)) / FACE;
  const half = (CELL / 2) * step;
  const corner = { x: (box.left + box.right) / 2 - half, y: (box.top + box.bottom) / 2 - half };
  const within = { left: 0, top: 0, right: picture.width, bottom: picture.height, score: 1 };
  return rotated({ corner, step: { x: step, y: 0 }, within, outside: GREY }, CELL, degrees);
}

function drawSheet(picture: Pixels, frames: Frame[]): View {
  const width = Math.min(CELLS_IN_ROW, frames.length) * CELL;
  const height = Math.ceil(frames.length / CELLS_IN_ROW) * CELL;
  const data = new Float32Array(width * height * 3);
  const cell = new Float32Array(CELL * CELL * 3);
  for (const [n, frame] of frames.entries()) {
    cropFrame(picture, frame, CELL, ssdTone, cell);
    const corner = Math.floor(n / CELLS_IN_ROW) * CELL * width + (n % CELLS_IN_ROW) * CELL;
    for (let y = 0; y < CELL; y++) data.set(cell.subarray(y * CELL * 3, (y + 1) * CELL * 3), (corner + y * width) * 3);
  }
  return { data, width, height };
}
