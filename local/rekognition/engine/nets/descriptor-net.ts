import * as tf from '@tensorflow/tfjs-core';
import { type Activation, chain, conv, type Layer } from './layers.ts';
import { loadWeights, type Weights } from './weights.ts';

export const CHIP_SIZE = 150;

/** dlib's face recognition network: a 150x150 chip to a vector of 128 values. */
export async function loadDescriptorNet(): Promise<(chips: tf.Tensor4D) => tf.Tensor2D> {
  const weights = await loadWeights('face_recognition');
  const entry = scaledConv(weights, 'conv32_down', 2, 'relu');
  const blocks = BLOCKS.map(([name, down]) => (down ? shrinkingBlock(weights, name) : residualBlock(weights, name)));
  const project = weights('fc') as tf.Tensor2D;
  return (chips) =>
    tf.tidy(() => {
      const x = chain([entry, (wide) => tf.maxPool(wide, 3, 2, 'valid'), ...blocks], chips);
      return tf.matMul(tf.mean(x, [1, 2]) as tf.Tensor2D, project);
    });
}

const BLOCKS: [name: string, down: boolean][] = [
  ['conv32_1', false],
  ['conv32_2', false],
  ['conv32_3', false],
  ['conv64_down', true],
  ['conv64_1', false],
  ['conv64_2', false],
  ['conv64_3', false],
  ['conv128_down', true],
  ['conv128_1', false],
  ['conv128_2', false],
  ['conv256_down', true],
  ['conv256_1', false],
  ['conv256_2', false],
  ['conv256_down_out', true],
];

/** Convolution, bias, scale and offset, with the scale folded into the filter at load time. */
function scaledConv(weights: Weights, name: string, stride: 1 | 2, activation: Activation): Layer {
  const scale = weights(`${name}/scale/weights`);
  const raw = weights(`${name}/conv/filters`);
  const filter = tf.mul(raw, scale);
  raw.dispose();
  const bias = tf.add(tf.mul(weights(`${name}/conv/bias`), scale), weights(`${name}/scale/biases`));
  return conv(filter, bias, { stride, pad: stride === 2 ? 'valid' : 'same', activation });
}

function residualBlock(weights: Weights, name: string): Layer {
  const first = scaledConv(weights, `${name}/conv1`, 1, 'relu');
  const second = scaledConv(weights, `${name}/conv2`, 1, 'linear');
  return (x) => tf.relu(tf.add(second(first(x)), x));
}

/** Halves width and height. The shortcut is pooled, and the smaller tensor is padded with zeros. */
function shrinkingBlock(weights: Weights, name: string): Layer {
  const first = scaledConv(weights, `${name}/conv1`, 2, 'relu');
  const second = scaledConv(weights, `${name}/conv2`, 1, 'linear');
  return (x) => {
    const out = second(first(x));
    const shortcut = tf.avgPool(x, 2, 2, 'valid');
    const height = Math.max(out.shape[1], shortcut.shape[1]);
    const width = Math.max(out.shape[2], shortcut.shape[2]);
    const channels = Math.max(out.shape[3], shortcut.shape[3]);
    return tf.relu(tf.add(fill(out, height, width, channels), fill(shortcut, height, width, channels)));
  };
}

function fill(x: tf.Tensor4D, height: number, width: number, channels: number): tf.Tensor4D {
  const [, h, w, c] = x.shape;
  if (h === height && w === width && c === channels) return x;
  return tf.pad(x, [
    [0, 0],
    [0, height - h],
    [0, width - w],
    [0, channels - c],
  ]);
}
