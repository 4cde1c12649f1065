import { bySize, type DetectedBox, isOnPicture, moved, overlap, withoutOverlaps, withoutParts } from './boxes.ts';
import { drawCanvas } from './canvas.ts';
import { agreed } from './confidence.ts';
import { confirm } from './confirm.ts';
import { TURNS } from './cut.ts';
import { cut, type Part, type Pixels } from './decode.ts';
import { look, ssdTone } from './look.ts';
import { SSD_SIZE, SSD_STEP, type SsdNet } from './nets/ssd-net.ts';

/** The first look alone was never wrong from this score on; below it a candidate is looked at again. */
const SURE_SCORE = 0.95;
/** A part of a picture with such a candidate may hold small faces: one of 11 pixels often scores no more. */
const HINT_SCORE = 0.02;
/** Five in six faces of 11 pixels, 2 % of the longest side, reach this score in the first look. */
const WEAK_SCORE = 0.04;
/** Seven in ten faces of 11 pixels reach this score, and few things that are none. */
const FAIR_SCORE = 0.1;
/** One sheet: a textured wall gives hundreds of weak candidates. */
const MAX_WEAK = 16;
/** Two in three turned faces reach this score in the first look. With half of it, a maple leaf was a face. */
const TURNED_SCORE = 0.2;
/** One sheet more. */
const MAX_TURNED = 5;
/** A crowd has this many faces at most that get a box. */
const MAX_CANDIDATES = 100;
/** The library's 0.5 detects a face twice when the two boxes overlap by 0.39. */
export const MAX_OVERLAP = 0.35;
/**
 * SSD misses a face that fills the picture, but finds it with a grey border, at two thirds or a third of the size. The
 * border is a fraction of the picture's longest side; with the smaller canvas the last look costs a third.
 */
const CLOSE_UPS = [
  { side: SSD_SIZE, border: 0.25 },
  { side: 320, border: 0.44 },
];
const WHOLE = { side: SSD_SIZE, border: 0 };
/** Fraction of the picture's longest side: weak candidates beside such a face are parts of it or of the background. */
const LARGE_FACE = 0.06;
/** Fraction of the longest side: 20 pixels of 512. A smaller face is seen better at twice the size. */
const SMALL_FACE = 0.04;
/** Below this longest side, tiles show no more than the whole picture did. */
const MIN_SIDE_FOR_TILES = 800;
/** Fraction of each side: two tiles overlap by an eighth of the picture, which is more than a small face. */
const TILE = 9 / 16;

/** All faces, largest first. */
export async function detect(ssd: SsdNet, picture: Pixels): Promise<DetectedBox[]> {
  const first = await lookAt(ssd, picture, WHOLE);
  const isPortrait = first.some((box) => box.score >= FAIR_SCORE && sizeIn(picture, box) >= LARGE_FACE);
  let faces = judge(ssd, picture, first, isPortrait ? FAIR_SCORE : WEAK_SCORE);
  for (const closeUp of CLOSE_UPS) {
    if (faces.length > 0) break;
    faces = judge(ssd, picture, await lookAt(ssd, picture, closeUp), FAIR_SCORE);
  }
  if (faces.every((face) => sizeIn(picture, face) < LARGE_FACE))
    faces = await addSmallFaces(ssd, picture, faces, [...first, ...faces]);
  return faces.sort(bySize);
}

/** Candidates of one look, the best first. */
async function lookAt(ssd: SsdNet, picture: Pixels, view: typeof WHOLE): Promise<DetectedBox[]> {
  const canvas = await drawCanvas(picture, { ...view, step: SSD_STEP, tone: ssdTone });
  const toPicture = (pixel: number) => (pixel - canvas.offset) / canvas.scale;
  const boxes = look(ssd, canvas, HINT_SCORE).map(({ left, top, right, bottom, score }) => ({
    left: toPicture(left),
    top: toPicture(top),
    right: toPicture(right),
    bottom: toPicture(bottom),
    score,
  }));
  return withoutOverlaps(
    boxes.filter((box) => isOnPicture(picture, box)),
    MAX_OVERLAP,
  );
}

/** Keeps the candidates that a second look confirms. */
function judge(ssd: SsdNet, picture: Pixels, candidates: DetectedBox[], minScore: number): DetectedBox[] {
  const fair = candidates.filter(({ score }) => score >= FAIR_SCORE).slice(0, MAX_CANDIDATES);
  const weak = candidates.filter(({ score }) => score < FAIR_SCORE && score >= minScore).slice(0, MAX_WEAK);
  const some = withoutParts([...fair, ...weak]);
  const sure = some.filter(({ score }) => score >= SURE_SCORE);
  const doubtful = some.filter(({ score }) => score < SURE_SCORE);
  const again = confirm(
    ssd,
    picture,
    doubtful.map((box) => ({ box, degrees: 0 })),
  );
  const upright = doubtful.map((box, i) => agreed(box, again[i]));
  const rejected = doubtful.filter((box, i) => !upright[i] && box.score >= TURNED_SCORE).slice(0, MAX_TURNED);
  const turned = confirmTurned(ssd, picture, rejected);
  return withoutParts(withoutOverlaps([...sure, ...upright.flatMap((box) => box ?? []), ...turned], MAX_OVERLAP));
}

/** Looks at candidates once more, turned: SSD is less sure of a face on its side or upside down. */
function confirmTurned(ssd: SsdNet, picture: Pixels, boxes: readonly DetectedBox[]): DetectedBox[] {
  const candidates = boxes.flatMap((box) => TURNS.map((degrees) => ({ box, degrees })));
  return confirm(ssd, picture, candidates).flatMap((again, i) => agreed(candidates[i]!.box, again) ?? []);
}

/** Looks at the parts of a large picture that may hold faces too small for a look at the whole. */
async function addSmallFaces(
  ssd: SsdNet,
  picture: Pixels,
  faces: DetectedBox[],
  hints: DetectedBox[],
): Promise<DetectedBox[]> {
  if (Math.max(picture.width, picture.height) < MIN_SIDE_FOR_TILES) return faces;
  const small = hints.filter((box) => sizeIn(picture, box) < SMALL_FACE);
  const all = [...faces];
  for (const tile of tilesOf(picture).filter((each) => small.some((box) => isWithin(each, box)))) {
    const part = await cut(picture, tile);
    const known = all.map((face) => moved(face, -tile.left, -tile.top));
    const found = await lookAt(ssd, part, WHOLE);
    const unknown = found.filter((box) => known.every((face) => overlap(face, box) <= MAX_OVERLAP));
    all.push(...judge(ssd, part, unknown, FAIR_SCORE).map((face) => moved(face, tile.left, tile.top)));
  }
  return withoutParts(withoutOverlaps(all, MAX_OVERLAP));
}

function tilesOf({ width, height }: Pixels): Part[] {
  const size = { width: Math.round(width * TILE), height: Math.round(height * TILE) };
  const lefts = [0, width - size.width];
  return [0, height - size.height].flatMap((top) => lefts.map((left) => ({ left, top, ...size })));
}

function isWithin(part: Part, { left, top, right, bottom }: DetectedBox): boolean {
  const [x, y] = [(left + right) / 2 - part.left, (top + bottom) / 2 - part.top];
  return x >= 0 && y >= 0 && x < part.width && y < part.height;
}

const sizeIn = (picture: Pixels, box: DetectedBox): number =>
  (box.right - box.left) / Math.max(picture.width, picture.height);
