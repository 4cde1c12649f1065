import * as tf from '@tensorflow/tfjs-core';
import { chain, conv, dense, type Layer, separable } from './layers.ts';
import { loadWeights, type Weights } from './weights.ts';

/** Age in years [n, 1], and the logits of male and female [n, 2], of 112x112 faces. */
export async function loadAgeGenderNet(): Promise<(faces: tf.Tensor4D) => [age: tf.Tensor2D, gender: tf.Tensor2D]> {
  const weights = await loadWeights('age_gender');
  const layers: Layer[] = [
    conv(weights('entry_flow/conv_in/filters'), weights('entry_flow/conv_in/bias'), { stride: 2, activation: 'relu' }),
    reductionBlock(weights, 'entry_flow/reduction_block_0'),
    reductionBlock(weights, 'entry_flow/reduction_block_1'),
    mainBlock(weights, 'middle_flow/main_block_0'),
    mainBlock(weights, 'middle_flow/main_block_1'),
    reductionBlock(weights, 'exit_flow/reduction_block'),
    separable(weights, 'exit_flow/separable_conv', { activation: 'relu' }),
  ];
  const age = dense(weights, 'fc/age');
  const gender = dense(weights, 'fc/gender');
  return (faces) =>
    tf.tidy(() => {
      const pooled = tf.avgPool(chain(layers, faces), 7, 2, 'valid');
      return [age(pooled), gender(pooled)];
    });
}

function reductionBlock(weights: Weights, name: string): Layer {
  const first = separable(weights, `${name}/separable_conv0`, { activation: 'relu' });
  const second = separable(weights, `${name}/separable_conv1`);
  const shortcut = conv(weights(`${name}/expansion_conv/filters`), weights(`${name}/expansion_conv/bias`), {
    stride: 2,
  });
  return (x) => tf.add(tf.maxPool(second(first(tf.relu(x))), 3, 2, 'same'), shortcut(x));
}

function mainBlock(weights: Weights, name: string): Layer {
  const first = separable(weights, `${name}/separable_conv0`, { activation: 'relu' });
  const second = separable(weights, `${name}/separable_conv1`, { activation: 'relu' });
  const third = separable(weights, `${name}/separable_conv2`);
  return (x) => tf.add(third(second(first(tf.relu(x)))), x);
}
