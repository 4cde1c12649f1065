import { EnginePool } from './pool.ts';
import type { Analysis, FaceEngine, Job } from './types.ts';

/** Starts the engines for the first picture: most commands read results and need no face models. */
export class LazyEngine implements FaceEngine {
  readonly ready = Promise.resolve();
  readonly #size: number;
  #pool: EnginePool | undefined;

  constructor(size: number) {
    this.#size = size;
  }

  analyze(job: Job): Promise<Analysis> {
    this.#pool ??= new EnginePool(this.#size);
    return this.#pool.analyze(job);
  }

  async close(): Promise<void> {
    await this.#pool?.close();
  }
}
