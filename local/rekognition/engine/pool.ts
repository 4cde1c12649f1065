import { Worker } from 'node:worker_threads';
import { type Analysis, type Job, type Refusal, RefusedPicture } from './types.ts';

/** A worker sends `ready` once, then one message for each job. */
export type WorkerMessage =
  | { kind: 'ready' }
  | { kind: 'done'; analysis: Analysis }
  | { kind: 'refused'; refusal: Refusal; message: string }
  | { kind: 'failed'; message: string };

interface QueuedJob {
  job: Job;
  resolve(analysis: Analysis): void;
  reject(error: Error): void;
}

interface EngineWorker {
  thread: Worker;
  ready: boolean;
  current?: QueuedJob | undefined;
}

const WORKER_SCRIPT = new URL('./worker.ts', import.meta.url);

/**
 * Engines on worker threads, fed from one queue. When an engine dies, its job fails and it is replaced. An engine that
 * dies before it is ready is not replaced, because the machine cannot run it. Once no engine is left, the waiting jobs
 * fail, and the next job starts engines again.
 */
export class EnginePool {
  readonly ready: Promise<void>;
  readonly #workers = new Set<EngineWorker>();
  readonly #queue: QueuedJob[] = [];
  readonly #size: number;
  readonly #script: URL;
  readonly #started = Promise.withResolvers<void>();
  #closed = false;

  constructor(size: number, script: URL = WORKER_SCRIPT) {
    this.#size = size;
    this.#script = script;
    this.ready = this.#started.promise;
    // A caller that does not await it learns of the failure from its first job.
    this.ready.catch(() => {});
    this.#startWorkers();
  }

  analyze(job: Job): Promise<Analysis> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(new Error('The face engine is closed.'));
      this.#queue.push({ job, resolve, reject });
      if (this.#workers.size === 0) this.#startWorkers();
      this.#dispatch();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const waiting = this.#queue.splice(0);
    for (const { reject } of waiting) reject(new Error('The face engine was closed.'));
    await Promise.all([...this.#workers].map(({ thread }) => thread.terminate()));
  }

  #startWorkers(): void {
    while (this.#workers.size < this.#size) this.#startWorker();
  }

  #startWorker(): void {
    const worker: EngineWorker = { thread: new Worker(this.#script, { name: 'face-engine' }), ready: false };
    this.#workers.add(worker);
    let cause: unknown;
    worker.thread.on('error', (error) => (cause = error));
    worker.thread.on('exit', (code) =>
      this.#handleExit(worker, new Error(`The face engine stopped (exit ${code}).`, { cause })),
    );
    worker.thread.on('message', (message: WorkerMessage) => this.#handleMessage(worker, message));
  }

  #handleMessage(worker: EngineWorker, message: WorkerMessage): void {
    const { current } = worker;
    worker.current = undefined;
    if (message.kind === 'ready') {
      worker.ready = true;
      if ([...this.#workers].every((each) => each.ready)) this.#started.resolve();
    } else if (message.kind === 'done') current?.resolve(message.analysis);
    else if (message.kind === 'refused') current?.reject(new RefusedPicture(message.refusal, message.message));
    else current?.reject(new Error(message.message));
    this.#dispatch();
  }

  #handleExit(worker: EngineWorker, error: Error): void {
    this.#workers.delete(worker);
    worker.current?.reject(error);
    if (this.#closed) return;
    if (worker.ready) this.#startWorkers();
    else {
      this.#started.reject(error);
      if (this.#workers.size === 0) for (const { reject } of this.#queue.splice(0)) reject(error);
    }
    this.#dispatch();
  }

  #dispatch(): void {
    for (const worker of this.#workers) {
      if (!worker.ready || worker.current) continue;
      worker.current = this.#queue.shift();
      if (!worker.current) return;
      worker.thread.postMessage(worker.current.job, []);
    }
  }
}
