import * as tf from '@tensorflow/tfjs-core';
import { bySize, type DetectedBox, isOnPicture, sigmoid, withoutOverlaps } from './boxes.ts';
import { type Canvas, drawCanvas } from './canvas.ts';
import type { Pixels } from './decode.ts';
import type { TinyNet } from './nets/tiny-net.ts';

/** The first pass alone finds 47 of 49 padded crops. Both together cost a twentieth of SSD. */
const PASSES = [
  { side: 128, border: 0 },
  { side: 192, border: 0.25 },
];
/** High enough to skip the second pass. */
const GOOD_SCORE = 0.6;
const WEAK_SCORE = 0.01;
/** Fraction of the picture's shorter side. A face this large leaves no room for a larger one that was missed. */
const MIN_SHARE = 0.35;
const MAX_OVERLAP = 0.4;
const MEAN = [117.001, 114.697, 97.404] as const;
/** Width and height of the five anchors of a cell, in cells. */
const ANCHORS = [
  [1.603231, 2.094468],
  [6.041143, 7.080126],
  [2.882459, 3.518061],
  [4.266906, 5.178857],
  [9.041765, 10.66308],
] as const;
/** x, y, width, height, score. */
const VALUES_PER_ANCHOR = 5;

/** The one large face of a search crop, or the best candidate. */
export async function detectLarge(net: TinyNet, picture: Pixels): Promise<DetectedBox | undefined> {
  let best: DetectedBox | undefined;
  for (const pass of PASSES) {
    const face = await runPass(net, picture, pass);
    if (face && face.score >= (best?.score ?? WEAK_SCORE)) best = face;
    if (best && best.score >= GOOD_SCORE) break;
  }
  return best;
}

export const isCertain = (face: DetectedBox): boolean => face.score >= GOOD_SCORE;

async function runPass(
  net: TinyNet,
  picture: Pixels,
  { side, border }: (typeof PASSES)[number],
): Promise<DetectedBox | undefined> {
  const tone = (byte: number, channel: number) => (byte - MEAN[channel]!) / 255;
  const canvas = await drawCanvas(picture, { side, border, step: side, tone });
  const input = tf.tensor4d(canvas.data, [1, side, side, 3]);
  const cells = net(input);
  input.dispose();
  const minWidth = MIN_SHARE * Math.min(picture.width, picture.height);
  const found = facesIn(cells, canvas).filter((face) => isOnPicture(picture, face));
  return withoutOverlaps(found, MAX_OVERLAP)
    .sort(bySize)
    .find(({ left, right }) => right - left >= minWidth);
}

function facesIn(cells: Float32Array, { width: side, scale, offset }: Canvas): DetectedBox[] {
  const cellsPerSide = Math.sqrt(cells.length / (ANCHORS.length * VALUES_PER_ANCHOR));
  const toPicture = (cell: number) => ((cell / cellsPerSide) * side - offset) / scale;
  const found: DetectedBox[] = [];
  for (let i = 0; i < cells.length; i += VALUES_PER_ANCHOR) {
    const score = sigmoid(cells[i + 4]!);
    if (score < WEAK_SCORE) continue;
    const index = i / VALUES_PER_ANCHOR;
    const [anchorWidth, anchorHeight] = ANCHORS[index % ANCHORS.length]!;
    const cell = Math.floor(index / ANCHORS.length);
    const x = (cell % cellsPerSide) + sigmoid(cells[i]!);
    const y = Math.floor(cell / cellsPerSide) + sigmoid(cells[i + 1]!);
    const width = Math.exp(cells[i + 2]!) * anchorWidth;
    const height = Math.exp(cells[i + 3]!) * anchorHeight;
    found.push({
      left: toPicture(x - width / 2),
      top: toPicture(y - height / 2),
      right: toPicture(x + width / 2),
      bottom: toPicture(y + height / 2),
      score,
    });
  }
  return found;
}
