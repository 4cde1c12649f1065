import * as tf from '@tensorflow/tfjs-core';
import { bySize, type Found, sigmoid, withoutOverlaps } from './boxes.ts';
import { type Canvas, draw } from './canvas.ts';
import type { Pixels } from './decode.ts';
import { SSD_SIZE, SSD_STEP, type SsdNet } from './nets/ssd-net.ts';

/** SSD misses a face that fills the picture: where it finds none it looks again, from further away. */
const BORDERS = [0, 0.25, 1];
const MOST_OVERLAP = 0.5;

/** All faces, largest first. */
export async function detect(net: SsdNet, picture: Pixels): Promise<Found[]> {
  for (const border of BORDERS) {
    const canvas = await draw(picture, { side: SSD_SIZE, border, step: SSD_STEP, tone: (byte) => byte / 127.5 - 1 });
    const found = facesOn(canvas, net, picture);
    if (found.length > 0) return withoutOverlaps(found, MOST_OVERLAP).sort(bySize);
  }
  return [];
}

function facesOn(canvas: Canvas, net: SsdNet, picture: Pixels): Found[] {
  const input = tf.tensor4d(canvas.data, [1, canvas.height, canvas.width, 3]);
  const { deltas, logits, anchors } = net.run(input);
  input.dispose();
  const found: Found[] = [];
  for (let i = 0; i < logits.length; i++) {
    // A logit above 0 is a probability above one half.
    if (logits[i]! <= 0) continue;
    const box = boxOf(deltas.subarray(4 * i, 4 * i + 4), anchors.subarray(4 * i, 4 * i + 4));
    const toPicture = (share: number) => (share * SSD_SIZE - canvas.offset) / canvas.scale;
    const face = {
      left: toPicture(box.left),
      top: toPicture(box.top),
      right: toPicture(box.right),
      bottom: toPicture(box.bottom),
      score: sigmoid(logits[i]!),
    };
    if (centreIsInside(face, picture)) found.push(face);
  }
  return found;
}

/** Deltas are relative to the anchor: centre y and x in tenths of its size, then the logarithms of height and width, in fifths. */
function boxOf([dy, dx, dh, dw]: Float32Array, [top, left, bottom, right]: Float32Array) {
  const height = (bottom! - top!) * Math.exp(dh! / 5);
  const width = (right! - left!) * Math.exp(dw! / 5);
  const y = (top! + bottom!) / 2 + (dy! / 10) * (bottom! - top!);
  const x = (left! + right!) / 2 + (dx! / 10) * (right! - left!);
  return { left: x - width / 2, top: y - height / 2, right: x + width / 2, bottom: y + height / 2 };
}

function centreIsInside({ left, top, right, bottom }: Found, { width, height }: Pixels): boolean {
  const x = (left + right) / 2;
  const y = (top + bottom) / 2;
  return x > 0 && y > 0 && x < width && y < height;
}
