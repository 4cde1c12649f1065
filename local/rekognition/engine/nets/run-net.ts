import * as tf from '@tensorflow/tfjs-core';

/** Runs a network over a batch of square RGB crops. */
export function runNet(net: (batch: tf.Tensor4D) => tf.Tensor, pixels: Float32Array, size: number): Float32Array {
  return tf.tidy(() =>
    net(tf.tensor4d(pixels, [pixels.length / (size * size * 3), size, size, 3])).dataSync<'float32'>(),
  );
}
