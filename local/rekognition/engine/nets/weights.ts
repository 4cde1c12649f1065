import * as tf from '@tensorflow/tfjs-core';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

/** The face library's package contains the networks' weights, so nothing is downloaded. */
const MODELS = path.join(
  path.dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')),
  'model',
);

export type Weights = (name: string) => tf.Tensor;

interface Manifest {
  paths: string[];
  weights: tf.io.WeightsManifestEntry[];
}

/** Reads one network's weights. An unknown name is an error, so that a changed model is noticed at startup. */
export async function loadWeights(model: string): Promise<Weights> {
  const manifest = JSON.parse(
    await readFile(path.join(MODELS, `${model}_model-weights_manifest.json`), 'utf8'),
  ) as Manifest[];
  const tensors = new Map<string, tf.Tensor>();
  for (const group of manifest) {
    const parts = await Promise.all(group.paths.map((part) => readFile(path.join(MODELS, part))));
    const bytes = new Uint8Array(Buffer.concat(parts));
    for (const [name, tensor] of Object.entries(tf.io.decodeWeights(bytes.buffer, group.weights)))
      tensors.set(name, tensor);
  }
  return (name) => {
    const tensor = tensors.get(name);
    if (!tensor) throw new Error(`The model ${model} has no weights named ${name}`);
    return tensor;
  };
}
