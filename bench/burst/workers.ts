import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Figures } from './simulate.ts';
import type { Job } from './worker.ts';

/** Simulates on all cores, the longest simulations first. The figures are in the order of the jobs. */
export async function simulateAll(jobs: readonly Job[]): Promise<Figures[]> {
  const size = ({ burst }: Job) => burst.photos * burst.faces;
  const waiting = [...jobs.entries()].toSorted(([, a], [, b]) => size(b) - size(a));
  const results: Figures[] = [];
  const work = async () => {
    const worker = new Worker(new URL('worker.ts', import.meta.url), {
      env: { ...process.env, POWERTOOLS_METRICS_DISABLED: 'true' },
    });
    for (let next = waiting.shift(); next; next = waiting.shift()) results[next[0]] = await simulateIn(worker, next[1]);
    await worker.terminate();
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), jobs.length) }, work));
  return results;
}

function simulateIn(worker: Worker, job: Job): Promise<Figures> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (figures: Figures) => {
      worker.off('error', reject);
      resolve(figures);
    });
    worker.postMessage(job);
  });
}
