import * as tf from '@tensorflow/tfjs-core';
import { bySize, type Found, sigmoid, withoutOverlaps } from './boxes.ts';
import { draw } from './canvas.ts';
import type { Pixels } from './decode.ts';

/** 1/10 of this network's usual work, enough for a face that takes a third of the picture. */
const SIDE = 160;
const LEAST_SCORE = 0.6;
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

/** The one large face of a search crop, or nothing: then SSD has to look. */
export async function detectLarge(
  net: (picture: tf.Tensor4D) => Float32Array,
  picture: Pixels,
): Promise<Found | undefined> {
  const tone = (byte: number, channel: number) => (byte - MEAN[channel]!) / 255;
  const canvas = await draw(picture, { side: SIDE, border: 0, step: SIDE, tone });
  const input = tf.tensor4d(canvas.data, [1, canvas.height, canvas.width, 3]);
  const cells = net(input);
  input.dispose();
  const found = facesIn(cells, canvas.scale);
  const [largest] = withoutOverlaps(found, MOST_OVERLAP).sort(bySize);
  if (!largest) return undefined;
  const share = (largest.right - largest.left) / Math.min(picture.width, picture.height);
  return share >= LEAST_SHARE ? largest : undefined;
}

function facesIn(cells: Float32Array, scale: number): Found[] {
  const side = Math.sqrt(cells.length / (ANCHORS.length * NUMBERS));
  const cell = SIDE / side / scale;
  const found: Found[] = [];
  for (let i = 0; i < cells.length; i += NUMBERS) {
    const score = sigmoid(cells[i + 4]!);
    if (score < LEAST_SCORE) continue;
    const index = i / NUMBERS;
    const [anchorWidth, anchorHeight] = ANCHORS[index % ANCHORS.length]!;
    const at = Math.floor(index / ANCHORS.length);
    const x = (at % side) + sigmoid(cells[i]!);
    const y = Math.floor(at / side) + sigmoid(cells[i + 1]!);
    const width = Math.exp(cells[i + 2]!) * anchorWidth;
    const height = Math.exp(cells[i + 3]!) * anchorHeight;
    found.push({
      left: (x - width / 2) * cell,
      top: (y - height / 2) * cell,
      right: (x + width / 2) * cell,
      bottom: (y + height / 2) * cell,
      score,
    });
  }
  return found;
}
