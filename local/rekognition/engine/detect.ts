import { bySize, type DetectedBox, isOnPicture, withoutOverlaps, withoutParts } from './boxes.ts';
import { drawCanvas } from './canvas.ts';
import { confirm } from './confirm.ts';
import { cut, type Pixels } from './decode.ts';
import { scoreOf } from './confidence.ts';
import { look, ssdTone } from './look.ts';
import { SSD_SIZE, SSD_STEP, type SsdNet } from './nets/ssd-net.ts';

/** The first look alone was never wrong from this score on; below it a candidate is looked at again. */
const SURE_SCORE = 0.95;
/** Half of the faces of 11 pixels have less than 0.1 in the first look, but nearly all have this. */
const WEAK_SCORE = 0.04;
/** With a large face in the picture, weak candidates are parts of it or of the background. */
const FAIR_SCORE = 0.1;
/** At most two sheets: a textured wall gives hundreds of weak candidates. */
const MAX_CANDIDATES = 32;
/** The library's 0.5 detects a face twice when the two boxes overlap by 0.39. */
const MAX_OVERLAP = 0.35;
/** SSD misses a face that fills the picture, but finds it with a border. In fractions of the longest side. */
const BORDERS = [0.25, 1];
/** Fraction of the picture's longest side: where the largest face is smaller, others may be too small for one look. */
const LARGE_FACE = 0.06;
/** Fraction of the longest side: 20 pixels of 512. A smaller face is seen better at twice the size. */
const SMALL_FACE = 0.04;
/** Below this longest side, tiles show no more than the whole picture did. */
const MIN_SIDE_FOR_TILES = 800;
/** Fraction of each side: two tiles overlap by an eighth of the picture, which is more than a small face. */
const TILE = 9 / 16;

/** All faces, largest first. */
export async function detect(ssd: SsdNet, picture: Pixels): Promise<DetectedBox[]> {
  const first = await lookAt(ssd, picture, 0);
  let faces = judge(ssd, picture, first);
  for (const border of BORDERS) {
    if (faces.length > 0) break;
    faces = judge(ssd, picture, await lookAt(ssd, picture, border));
  }
  if (mayHaveSmallFaces(picture, first, faces)) faces = await addSmallFaces(ssd, picture, faces);
  return faces.sort(bySize);
}

/** Candidates of one look, the best first. */
async function lookAt(ssd: SsdNet, picture: Pixels, border: number): Promise<DetectedBox[]> {
  const canvas = await drawCanvas(picture, { side: SSD_SIZE, border, step: SSD_STEP, tone: ssdTone });
  const toPicture = (pixel: number) => (pixel - canvas.offset) / canvas.scale;
  const boxes = look(ssd, canvas, WEAK_SCORE).map(({ left, top, right, bottom, score }) => ({
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
function judge(ssd: SsdNet, picture: Pixels, candidates: DetectedBox[]): DetectedBox[] {
  const sure = candidates.filter(({ score }) => score >= SURE_SCORE);
  const minScore = sure.some((box) => sizeIn(picture, box) >= LARGE_FACE) ? FAIR_SCORE : WEAK_SCORE;
  const doubtful = withoutParts([...sure, ...candidates.filter((box) => box.score >= minScore)])
    .filter(({ score }) => score < SURE_SCORE)
    .slice(0, MAX_CANDIDATES);
  const confirmed = confirm(ssd, picture, doubtful).flatMap((again, i) => scoreOf(doubtful[i]!, again) ?? []);
  return withoutParts(withoutOverlaps([...sure, ...confirmed], MAX_OVERLAP));
}

function mayHaveSmallFaces(picture: Pixels, first: DetectedBox[], faces: DetectedBox[]): boolean {
  if (Math.max(picture.width, picture.height) < MIN_SIDE_FOR_TILES) return false;
  if (faces.some((face) => sizeIn(picture, face) >= LARGE_FACE)) return false;
  return [...first, ...faces].some((box) => sizeIn(picture, box) < SMALL_FACE);
}

const sizeIn = (picture: Pixels, box: DetectedBox): number =>
  (box.right - box.left) / Math.max(picture.width, picture.height);

async function addSmallFaces(ssd: SsdNet, picture: Pixels, faces: DetectedBox[]): Promise<DetectedBox[]> {
  const all = [...faces];
  for (const tile of tilesOf(picture)) {
    const part = await cut(picture, tile);
    for (const { left, top, right, bottom, score } of judge(ssd, part, await lookAt(ssd, part, 0)))
      all.push({ left: left + tile.left, top: top + tile.top, right: right + tile.left, bottom: bottom + tile.top, score });
  }
  return withoutParts(withoutOverlaps(all, MAX_OVERLAP));
}

function tilesOf({ width, height }: Pixels) {
  const size = { width: Math.round(width * TILE), height: Math.round(height * TILE) };
  const lefts = [0, width - size.width];
  return [0, height - size.height].flatMap((top) => lefts.map((left) => ({ left, top, ...size })));
}
