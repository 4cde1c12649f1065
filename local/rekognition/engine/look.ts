import * as tf from '@tensorflow/tfjs-core';
import { type DetectedBox, sigmoid } from './boxes.ts';
import { SSD_SIZE, type SsdNet } from './nets/ssd-net.ts';

/** Pixels for SSD, top left in its square, with colours scaled to -1..1. Both sides are multiples of SSD_STEP. */
export interface View {
  data: Float32Array;
  width: number;
  height: number;
}

/** The colours that SSD takes. */
export const ssdTone = (byte: number): number => byte / 127.5 - 1;

/** Runs SSD once. Gives every box of at least this score, in pixels of the view, overlapping ones too. */
export function look(net: SsdNet, view: View, minScore: number): DetectedBox[] {
  const input = tf.tensor4d(view.data, [1, view.height, view.width, 3]);
  const { deltas, logits, anchors } = net.run(input);
  input.dispose();
  const minLogit = Math.log(minScore / (1 - minScore));
  const found: DetectedBox[] = [];
  for (let i = 0; i < logits.length; i++) {
    if (logits[i]! < minLogit) continue;
    const box = boxOf(deltas.subarray(4 * i, 4 * i + 4), anchors.subarray(4 * i, 4 * i + 4));
    found.push({ ...box, score: sigmoid(logits[i]!) });
  }
  return found;
}

/**
 * Deltas are relative to the anchor: the centre's y and x in tenths of its size, then the logarithms of height and
 * width in fifths.
 */
function boxOf([dy, dx, dh, dw]: Float32Array, [top, left, bottom, right]: Float32Array) {
  const height = (bottom! - top!) * Math.exp(dh! / 5);
  const width = (right! - left!) * Math.exp(dw! / 5);
  const y = (top! + bottom!) / 2 + (dy! / 10) * (bottom! - top!);
  const x = (left! + right!) / 2 + (dx! / 10) * (right! - left!);
  return {
    left: (x - width / 2) * SSD_SIZE,
    top: (y - height / 2) * SSD_SIZE,
    right: (x + width / 2) * SSD_SIZE,
    bottom: (y + height / 2) * SSD_SIZE,
  };
}
