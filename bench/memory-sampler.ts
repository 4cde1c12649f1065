// Preloaded by bench/endurance.ts into the process that it measures (node --import): sends a sample of the memory to
// the parent each second. Node's diagnostics channels show the threads and the answered requests, so that the measured
// program needs no part for it.

import { subscribe } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { isMainThread, type Worker } from 'node:worker_threads';

const PERIOD_MS = 1000;
const ENGINE = 'face-engine';

/** In bytes, but `photos`. */
export interface Sample {
  /** Photos whose JSON was written. */
  readonly photos: number;
  readonly rss: number;
  /** Of it, what is no page of a file: LevelDB maps its tables. 0 where /proc does not tell. */
  readonly anonymous: number;
  /** The heap of JavaScript and what it holds outside: of the main thread, of all functions, of all engines. */
  readonly main: number;
  readonly functions: number;
  readonly engines: number;
}

const workers = new Set<Worker>();
let photos = 0;

subscribe('worker_threads', (message) => {
  const { worker } = message as { worker: Worker };
  workers.add(worker);
  worker.once('exit', () => workers.delete(worker));
});
subscribe('http.server.response.finish', (message) => {
  const { method, url = '' } = (message as { request: IncomingMessage }).request;
  if (method === 'PUT' && /^\/[^/]+\/processed\//.test(url)) photos += 1;
});

// The threads of the engines inherit the preloading.
if (isMainThread) {
  setInterval(() => void sample().then((taken) => process.send?.(taken)), PERIOD_MS).unref();
  process.channel?.unref();
}

async function sample(): Promise<Sample> {
  const { rss, heapUsed, external } = process.memoryUsage();
  const threads = await Promise.all(
    [...workers].map(async (worker) => ({ name: worker.threadName, bytes: await heapOf(worker) })),
  );
  const total = (engines: boolean) =>
    threads.filter(({ name }) => (name === ENGINE) === engines).reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    photos,
    rss,
    anonymous: anonymousMemory(),
    main: heapUsed + external,
    functions: total(false),
    engines: total(true),
  };
}

async function heapOf(worker: Worker): Promise<number> {
  // Rejects for a thread that is ending.
  const heap = await worker.getHeapStatistics().catch(() => undefined);
  return heap ? heap.used_heap_size + heap.external_memory : 0;
}

function anonymousMemory(): number {
  try {
    return Number(/^RssAnon:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024;
  } catch {
    return 0;
  }
}
