import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { createRequire, registerHooks } from 'node:module';
import path from 'node:path';
import sharp from 'sharp';

/** The chain of calls by which the library's own examples compute everything for a photo. */
interface FaceApi {
  detectAllFaces(picture: tf.Tensor3D, options: object): { withFaceLandmarks(): WithLandmarks };
  SsdMobilenetv1Options: new (options: { minConfidence: number; maxResults: number }) => object;
  nets: Record<string, { loadFromDisk(folder: string): Promise<void> }>;
}
interface WithLandmarks {
  withFaceExpressions(): { withAgeAndGender(): { withFaceDescriptors(): Promise<{ descriptor: Float32Array }[]> } };
}

const NETS = ['ssdMobilenetv1', 'faceLandmark68Net', 'faceExpressionNet', 'ageGenderNet', 'faceRecognitionNet'];
/** Tensor methods that the library calls and that only the full TensorFlow.js package defines. */
const { add, sub, mul, div, mean, expandDims, slice, reshape } = tf;
const CHAINED = { add, sub, mul, div, mean, expandDims, slice, reshape };

/** The unchanged face library on the same backend: the baseline for Rollcall's engine. */
export async function loadFaceApi(): Promise<(photo: Buffer) => Promise<number>> {
  const require = createRequire(import.meta.url);
  const folder = (name: string) => path.dirname(require.resolve(`${name}/package.json`));
  setWasmPaths(`${folder('@tensorflow/tfjs-backend-wasm')}/dist/`);
  if (!(await tf.setBackend('wasm'))) throw new Error('The WebAssembly backend did not start.');
  completeTensors();
  // The library requires the full TensorFlow.js but needs only its core.
  registerHooks({
    resolve: (name, context, next) => next(name === '@tensorflow/tfjs' ? '@tensorflow/tfjs-core' : name, context),
  });
  const faceapi = require('@vladmandic/face-api/dist/face-api.node-wasm.js') as FaceApi;
  for (const net of NETS) await faceapi.nets[net]!.loadFromDisk(path.join(folder('@vladmandic/face-api'), 'model'));
  return async (photo) => {
    const { data, info } = await sharp(photo)
      .autoOrient()
      .resize(1600, 1600, { fit: 'inside', withoutEnlargement: true })
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const picture = tf.tensor3d(data, [info.height, info.width, 3], 'int32');
    const options = new faceapi.SsdMobilenetv1Options({ minConfidence: 0.5, maxResults: 100 });
    const found = faceapi.detectAllFaces(picture, options).withFaceLandmarks().withFaceExpressions();
    const faces = await found.withAgeAndGender().withFaceDescriptors();
    picture.dispose();
    return faces.length;
  };
}

function completeTensors(): void {
  const methods = tf.Tensor.prototype as unknown as Record<string, unknown>;
  for (const [name, operation] of Object.entries(CHAINED)) {
    const run = operation as (...values: unknown[]) => unknown;
    methods[name] = function (this: tf.Tensor, ...values: unknown[]) {
      return run(this, ...values);
    };
  }
  for (const rank of [1, 2, 3, 4]) {
    methods[`as${rank}D`] = function (this: tf.Tensor, ...shape: number[]) {
      return tf.reshape(this, rank === 1 ? [this.size] : shape);
    };
  }
}
