import * as tf from '@tensorflow/tfjs-core';
import { bySize, type Found, isOn, sigmoid, withoutOverlaps } from './boxes.ts';
import { type Canvas, draw } from './canvas.ts';
import type { Pixels } from './decode.ts';
import type { TinyNet } from './nets/tiny-net.ts';

/** Of 49 padded crops the first look alone finds 47. Both together cost a twentieth of SSD. */
const LOOKS = [
  { side: 128, border: 0 },
  { side: 192, border: 0.25 },
];
/** Good enough not to look again. */
const GOOD_SCORE = 0.6;
const WEAK_SCORE = 0.01;
/** Of the picture's shorter side. A face this large leaves no room for a larger one that was missed. */
const LEAST_SHARE = 0.35;
const MOST_OVERLAP = 0.4;
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
const NUMBERS = 5;

/** The one large face of a search crop, or what is most like one. */
export async function detectLarge(net: TinyNet, picture: Pixels): Promise<Found | undefined> {
  let best: Found | undefined;
  for (const look of LOOKS) {
    const face = await lookFor(net, picture, look);
    if (face && face.score >= (best?.score ?? WEAK_SCORE)) best = face;
    if (best && best.score >= GOOD_SCORE) break;
  }
  return best;
}

export const isCertain = (face: Found): boolean => face.score >= GOOD_SCORE;

async function lookFor(
  net: TinyNet,
  picture: Pixels,
  { side, border }: (typeof LOOKS)[number],
): Promise<Found | undefined> {
  const tone = (byte: number, channel: number) => (byte - MEAN[channel]!) / 255;
  const canvas = await draw(picture, { side, border, step: side, tone });
  const input = tf.tensor4d(canvas.data, [1, side, side, 3]);
  const cells = net(input);
  input.dispose();
  const least = LEAST_SHARE * Math.min(picture.width, picture.height);
  const found = facesIn(cells, canvas).filter((face) => isOn(picture, face));
  return withoutOverlaps(found, MOST_OVERLAP)
    .sort(bySize)
    .find(({ left, right }) => right - left >= least);
}

function facesIn(cells: Float32Array, { width: side, scale, offset }: Canvas): Found[] {
  const across = Math.sqrt(cells.length / (ANCHORS.length * NUMBERS));
  const toPicture = (cell: number) => ((cell / across) * side - offset) / scale;
  const found: Found[] = [];
  for (let i = 0; i < cells.length; i += NUMBERS) {
    const score = sigmoid(cells[i + 4]!);
    if (score < WEAK_SCORE) continue;
    const index = i / NUMBERS;
    const [anchorWidth, anchorHeight] = ANCHORS[index % ANCHORS.length]!;
    const cell = Math.floor(index / ANCHORS.length);
    const x = (cell % across) + sigmoid(cells[i]!);
    const y = Math.floor(cell / across) + sigmoid(cells[i + 1]!);
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
