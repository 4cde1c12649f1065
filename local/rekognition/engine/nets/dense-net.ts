import * as tf from '@tensorflow/tfjs-core';
import { chain, conv, dense, type Layer, separable } from './layers.ts';
import { loadWeights, type Weights } from './weights.ts';

export const FACE_SIZE = 112;

type DenseNet = (faces: tf.Tensor4D) => tf.Tensor2D;

/** The 68 landmarks of each 112x112 face, x and y interleaved, in fractions of the side. */
export const loadLandmarkNet = (): Promise<DenseNet> => loadDenseNet('face_landmark_68');

/** The seven logits of neutral, happy, sad, angry, fearful, disgusted, surprised. */
export const loadExpressionNet = (): Promise<DenseNet> => loadDenseNet('face_expression');

async function loadDenseNet(model: string): Promise<DenseNet> {
  const weights = await loadWeights(model);
  const blocks = ['dense0', 'dense1', 'dense2', 'dense3'].map((name) => denseBlock(weights, name));
  const classify = dense(weights, 'fc');
  return (faces) =>
    tf.tidy(() => {
      const x = chain(blocks, faces);
      return classify(tf.avgPool(x, 7, 2, 'valid'));
    });
}

/** Each convolution's input is the sum of all earlier outputs. */
function denseBlock(weights: Weights, name: string): Layer {
  const first =
    name === 'dense0'
      ? conv(weights('dense0/conv0/filters'), weights('dense0/conv0/bias'), { stride: 2, activation: 'relu' })
      : separable(weights, `${name}/conv0`, { stride: 2, activation: 'relu' });
  const rest = ['conv1', 'conv2', 'conv3'].map((part) => separable(weights, `${name}/${part}`));
  return (x) => {
    let input = first(x);
    let sum = input;
    for (const layer of rest) {
      sum = tf.add(sum, layer(input));
      input = tf.relu(sum);
    }
    return input;
  };
}
