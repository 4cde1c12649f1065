import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { EnginePool } from '../../local/rekognition/engine/pool.ts';
import type { Analysis, FaceEngine, Job } from '../../local/rekognition/engine/types.ts';
import { sharedDetectionKeyOf } from '../../schemas/keys.ts';

/**
 * The real engine with its answers cached in a folder, because half a second of CPU time a picture is most of what a run
 * would take. The same pixels always get the same answer. The engine is loaded for the first new picture.
 */
export class CachingEngine implements FaceEngine {
  readonly ready = Promise.resolve();
  readonly #folder: string;
  readonly #analyses = new Map<string, Promise<Analysis>>();
  #engine: EnginePool | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  analyze(job: Job): Promise<Analysis> {
    const { picture, ...options } = job;
    // The version is in it, because the folder outlives a change of the engine.
    const asked = JSON.stringify([sharedDetectionKeyOf(''), options]);
    const key = createHash('sha256').update(asked).update(picture).digest('hex');
    const cached = this.#analyses.get(key);
    if (cached) return cached;
    const analysis = this.#readOrAnalyze(join(this.#folder, key), job);
    this.#analyses.set(key, analysis);
    analysis.catch(() => this.#analyses.delete(key));
    return analysis;
  }

  async close(): Promise<void> {
    await this.#engine?.close();
  }

  async #readOrAnalyze(file: string, job: Job): Promise<Analysis> {
    const cached = await readFile(file).catch(() => undefined);
    if (cached) return deserialize(cached) as Analysis;
    this.#engine ??= new EnginePool(1);
    const analysis = await this.#engine.analyze(job);
    await mkdir(this.#folder, { recursive: true });
    const temporary = `${file}.${randomUUID()}`;
    await writeFile(temporary, serialize(analysis));
    await rename(temporary, file);
    return analysis;
  }
}
