import * as tf from '@tensorflow/tfjs-core';
import { chain, conv, depthwise, type Layer } from './layers.ts';
import { loadWeights, type Weights } from './weights.ts';

export const SSD_SIZE = 512;

/** Both sides of the input must be multiples of this. */
export const SSD_STEP = 32;

/** The detector's raw output for one picture, one entry for each candidate box. */
export interface SsdOutput {
  /** Top, left, bottom and right of the anchor, in fractions of the 512x512 square. */
  anchors: Float32Array;
  /** The box's difference from its anchor: y, x, height, width. */
  deltas: Float32Array;
  /** Logit that the box contains a face. */
  logits: Float32Array;
}

export interface SsdNet {
  run(picture: tf.Tensor4D): SsdOutput;
}

/**
 * SSD MobileNet v1: finds faces of any size in the top left of a 512x512 square, with colours scaled to -1..1. The part
 * of the square that the picture does not cover is not computed, which saves a third of the time for a 3:2 photo.
 */
export async function loadSsdNet(): Promise<SsdNet> {
  const weights = await loadWeights('ssd_mobilenetv1');
  const anchors = (await weights('Output/extra_dim').data()) as Float32Array;
  const early = mobileNet(weights, 0, 11);
  const late = mobileNet(weights, 12, 13);
  const extra = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => pointwise(weights, `Prediction/Conv2d_${i}`, i % 2 ? 2 : 1));
  const heads = [0, 1, 2, 3, 4, 5].map((i) => head(weights, `Prediction/BoxPredictor_${i}`));
  const run = (picture: tf.Tensor4D): SsdOutput => {
    const [boxes, faces] = tf.tidy(() => {
      const first = chain(early, picture);
      let x = toSquare(chain(late, first), SSD_SIZE / 32);
      const maps = [first, x];
      for (let i = 0; i < extra.length; i += 2) maps.push((x = chain(extra.slice(i, i + 2), x)));
      const found = maps.map((map, i) => heads[i]!(map));
      return [tf.concat(found.map(([box]) => box)), tf.concat(found.map(([, face]) => face))];
    });
    const deltas = boxes.dataSync<'float32'>();
    const logits = faces.dataSync<'float32'>();
    tf.dispose([boxes, faces]);
    return { anchors: anchorsOf(anchors, picture), deltas, logits };
  };
  return { run };
}

/** The finest map has only as many cells as the picture needs; the others are complete. */
const FINEST = { cells: SSD_SIZE / 16, anchors: 3 };

function anchorsOf(all: Float32Array, picture: tf.Tensor4D): Float32Array {
  const rows = picture.shape[1] / 16;
  const row = (picture.shape[2] / 16) * FINEST.anchors * 4;
  const fullRow = FINEST.cells * FINEST.anchors * 4;
  const rest = all.subarray(FINEST.cells * fullRow);
  const some = new Float32Array(rows * row + rest.length);
  for (let y = 0; y < rows; y++) some.set(all.subarray(y * fullRow, y * fullRow + row), y * row);
  some.set(rest, rows * row);
  return some;
}

function toSquare(x: tf.Tensor4D, side: number): tf.Tensor4D {
  const [, height, width] = x.shape;
  const none: [number, number] = [0, 0];
  return tf.pad(x, [none, [0, side - height], [0, side - width], none]);
}

function mobileNet(weights: Weights, from: number, to: number): Layer[] {
  const layers: Layer[] = [];
  for (let i = from; i <= to; i++) {
    if (i > 0)
      layers.push(normalizedDepthwise(weights, `MobilenetV1/Conv2d_${i}_depthwise`, [2, 4, 6, 12].includes(i) ? 2 : 1));
    layers.push(pointwise(weights, `MobilenetV1/Conv2d_${i}`, i === 0 ? 2 : 1));
  }
  return layers;
}

function pointwise(weights: Weights, name: string, stride: number): Layer {
  const bias = weights(`${name}_pointwise/convolution_bn_offset`);
  return conv(weights(`${name}_pointwise/weights`), bias, { stride, activation: 'relu6' });
}

/** Folds the batch normalisation into the filter at load time. */
function normalizedDepthwise(weights: Weights, name: string, stride: number): Layer {
  const norm = (part: string) => weights(`${name}/BatchNorm/${part}`);
  const scale = tf.div(norm('gamma'), tf.sqrt(tf.add(norm('moving_variance'), 0.001)));
  const bias = tf.sub(norm('beta'), tf.mul(norm('moving_mean'), scale));
  const raw = weights(`${name}/depthwise_weights`);
  const filter = tf.mul(raw, tf.reshape(scale, [1, 1, -1, 1]));
  raw.dispose();
  return depthwise(filter, bias, { stride, activation: 'relu6' });
}

/** Each box has three classes: nothing, a face, and one that was never trained. */
function head(weights: Weights, name: string): (x: tf.Tensor4D) => [boxes: tf.Tensor2D, faces: tf.Tensor1D] {
  const box = conv(weights(`${name}/BoxEncodingPredictor/weights`), weights(`${name}/BoxEncodingPredictor/biases`));
  const classes = conv(weights(`${name}/ClassPredictor/weights`), weights(`${name}/ClassPredictor/biases`));
  return (x) => {
    const scores = tf.reshape(classes(x), [-1, 3]);
    return [tf.reshape(box(x), [-1, 4]), tf.reshape(tf.slice(scores, [0, 1], [-1, 1]), [-1])];
  };
}
