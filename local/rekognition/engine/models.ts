import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { createRequire } from 'node:module';
import path from 'node:path';
import { loadAgeGenderNet } from './nets/age-gender-net.ts';
import { FACE_SIZE, loadExpressionNet, loadLandmarkNet } from './nets/dense-net.ts';
import { CHIP_SIZE, loadDescriptorNet } from './nets/descriptor-net.ts';
import { loadSsdNet, SSD_SIZE } from './nets/ssd-net.ts';
import { loadTinyNet } from './nets/tiny-net.ts';

export type Models = Awaited<ReturnType<typeof loadModels>>;

/** Loads all networks and runs each once, because the first run compiles it. */
export async function loadModels() {
  const backend = path.dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json'));
  setWasmPaths(`${backend}/dist/`);
  // On failure it does not throw but falls back to plain JavaScript, which is thirty times slower.
  if (!(await tf.setBackend('wasm'))) throw new Error('The WebAssembly backend of TensorFlow.js did not start.');
  const [ssd, tiny, landmarks, expressions, ageGender, descriptor] = await Promise.all([
    loadSsdNet(),
    loadTinyNet(),
    loadLandmarkNet(),
    loadExpressionNet(),
    loadAgeGenderNet(),
    loadDescriptorNet(),
  ]);
  tf.tidy(() => {
    const face = tf.zeros<tf.Rank.R4>([1, FACE_SIZE, FACE_SIZE, 3]);
    ssd.run(tf.zeros([1, SSD_SIZE, SSD_SIZE, 3]));
    for (const net of [landmarks, expressions, ageGender]) net(face);
    descriptor(tf.zeros([1, CHIP_SIZE, CHIP_SIZE, 3]));
  });
  return { ssd, tiny, landmarks, expressions, ageGender, descriptor };
}
