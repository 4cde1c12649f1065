import * as tf from '@tensorflow/tfjs-core';
import type { Weights } from './weights.ts';

/**
 * A convolution with its bias and activation in one kernel call. The library runs them as three or four calls with a
 * full-size tensor between them; fused, the same result takes about half the time.
 */
export type Layer = (x: tf.Tensor4D) => tf.Tensor4D;

export type Activation = 'linear' | 'relu' | 'relu6' | 'leakyrelu';

interface Shape {
  stride?: number;
  pad?: 'same' | 'valid' | number;
  activation?: Activation;
}

const LEAKY_SLOPE = 0.1;

export function conv(
  filter: tf.Tensor,
  bias: tf.Tensor,
  { stride = 1, pad = 'same', activation = 'linear' }: Shape = {},
): Layer {
  const common = { filter: filter as tf.Tensor4D, bias, strides: stride, pad, activation, leakyreluAlpha: LEAKY_SLOPE };
  return (x) => tf.fused.conv2d({ x, ...common });
}

export function depthwise(
  filter: tf.Tensor,
  bias: tf.Tensor | undefined,
  { stride = 1, pad = 'same', activation = 'linear' }: Shape = {},
): Layer {
  const common = { filter: filter as tf.Tensor4D, strides: stride, pad, activation, ...(bias && { bias }) };
  return (x) => tf.fused.depthwiseConv2d({ x, ...common });
}

/** A depthwise convolution and then a pointwise one, of which most of these networks consist. */
export function separable(
  weights: Weights,
  name: string,
  { stride = 1, pad = 'same', activation = 'linear' }: Shape = {},
): Layer {
  const spread = depthwise(weights(`${name}/depthwise_filter`), undefined, { stride, pad });
  const mix = conv(weights(`${name}/pointwise_filter`), weights(`${name}/bias`), { activation });
  return (x) => mix(spread(x));
}

export function dense(weights: Weights, name: string): (x: tf.Tensor4D) => tf.Tensor2D {
  const matrix = weights(`${name}/weights`) as tf.Tensor2D;
  const bias = weights(`${name}/bias`);
  return (x) => tf.add(tf.matMul(tf.reshape(x, [x.shape[0], -1]) as tf.Tensor2D, matrix), bias);
}

/**
 * Runs the layers in order, and frees each result as soon as the next exists, because WebAssembly memory never shrinks.
 */
export function chain(layers: Layer[], input: tf.Tensor4D): tf.Tensor4D {
  let x = input;
  for (const layer of layers) {
    const next = tf.tidy(() => layer(x));
    if (x !== input) x.dispose();
    x = next;
  }
  return x;
}
