import * as tf from '@tensorflow/tfjs-core';
import { bySize, type DetectedBox, isOnPicture, sigmoid, withoutOverlaps } from './boxes.ts';
import { type Canvas, drawCanvas } from './canvas.ts';
import type { Pixels } from './decode.ts';
import { detectLarge } from './detect-large.ts';
import { SSD_SIZE, SSD_STEP, type SsdNet } from './nets/ssd-net.ts';
import type { TinyNet } from './nets/tiny-net.ts';

/** SSD misses a face that fills the picture, but finds it with a border. In fractions of the longest side. */
const BORDERS = [0.25, 1];
/** The library's 0.5 detects a face twice when the two boxes overlap by 0.39. */
const MAX_OVERLAP = 0.35;
/**
 * The small detector scored photos without a face 0.01 at most. From SUSPECTED_SCORE on, SSD runs again; from
 * CERTAIN_SCORE on, the small detector alone suffices.
 */
const SUSPECTED_SCORE = 0.05;
const CERTAIN_SCORE = 0.7;

/** All faces, largest first. A crop around a face gets every pass, whatever the small detector finds. */
export async function detect({ ssd, tiny }: Detectors, picture: Pixels, isCrop: boolean): Promise<DetectedBox[]> {
  const faces = await runSsd(ssd, picture, 0);
  if (faces.length > 0) return faces;
  const closeUp = await detectLarge(tiny, picture);
  // Most photos without a face end here, at a fortieth of the cost of two more passes.
  if (!isCrop && (closeUp?.score ?? 0) < SUSPECTED_SCORE) return [];
  for (const border of BORDERS) {
    const found = await runSsd(ssd, picture, border);
    if (found.length > 0) return found;
  }
  return closeUp && closeUp.score >= CERTAIN_SCORE ? [closeUp] : [];
}

export interface Detectors {
  ssd: SsdNet;
  tiny: TinyNet;
}

async function runSsd(net: SsdNet, picture: Pixels, border: number): Promise<DetectedBox[]> {
  const canvas = await drawCanvas(picture, {
    side: SSD_SIZE,
    border,
    step: SSD_STEP,
    tone: (byte) => byte / 127.5 - 1,
  });
  return withoutOverlaps(facesOn(canvas, net, picture), MAX_OVERLAP).sort(bySize);
}

function facesOn(canvas: Canvas, net: SsdNet, picture: Pixels): DetectedBox[] {
  const input = tf.tensor4d(canvas.data, [1, canvas.height, canvas.width, 3]);
  const { deltas, logits, anchors } = net.run(input);
  input.dispose();
  const found: DetectedBox[] = [];
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
    if (isOnPicture(picture, face)) found.push(face);
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
  return { left: x - width / 2, top: y - height / 2, right: x + width / 2, bottom: y + height / 2 };
}
