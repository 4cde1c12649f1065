import { once } from 'node:events';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { loadFaceApi } from './face-api-direct.ts';

/** The unchanged face library, one instance per thread. */
export class Direct {
  readonly #workers: readonly Worker[];

  private constructor(workers: readonly Worker[]) {
    this.#workers = workers;
  }

  static async start(threads: number): Promise<Direct> {
    const workers = Array.from({ length: threads }, () => new Worker(new URL(import.meta.url)));
    await Promise.all(workers.map((worker) => once(worker, 'message')));
    return new Direct(workers);
  }

  /** Each thread takes the next photo as soon as it is free. */
  async run(photos: readonly Buffer[]): Promise<void> {
    let next = 0;
    const work = async (worker: Worker) => {
      for (let photo = photos[next++]; photo; photo = photos[next++]) {
        worker.postMessage(photo);
        await once(worker, 'message');
      }
    };
    await Promise.all(this.#workers.map(work));
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

if (!isMainThread && parentPort) {
  const port = parentPort;
  const analyze = await loadFaceApi();
  port.on('message', async (photo: Uint8Array) => port.postMessage(await analyze(Buffer.from(photo))));
  port.postMessage('ready');
}
