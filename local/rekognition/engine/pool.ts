import { Worker } from 'node:worker_threads';
import { type Analysis, type Job, type Refusal, RefusedPicture } from './types.ts';

/** What a worker says: once that it is ready, then one answer a job. */
export type Answer =
  | { kind: 'ready' }
  | { kind: 'done'; analysis: Analysis }
  | { kind: 'refused'; refusal: Refusal; message: string }
  | { kind: 'failed'; message: string };

interface Waiting {
  job: Job;
  resolve(analysis: Analysis): void;
  reject(error: Error): void;
}

interface Seat {
  worker: Worker;
  ready: boolean;
  current?: Waiting | undefined;
}

const ENGINE = new URL('./worker.ts', import.meta.url);

/**
 * Engines on threads of their own, and one queue before them. An engine that dies fails the job it had and is replaced,
 * unless it never became ready: then the machine cannot run it, and every job fails until one asks again.
 */
export class EnginePool {
  readonly ready: Promise<void>;
  private readonly seats = new Set<Seat>();
  private readonly queue: Waiting[] = [];
  private readonly size: number;
  private readonly script: URL;
  private readonly started = Promise.withResolvers<void>();
  private closed = false;

  constructor(size: number, script: URL = ENGINE) {
    this.size = size;
    this.script = script;
    this.ready = this.started.promise;
    // Whoever does not wait for it is told by the first job.
    this.ready.catch(() => {});
    this.fill();
  }

  analyze(job: Job): Promise<Analysis> {
    return new Promise((resolve, reject) => {
      if (this.closed) return reject(new Error('The face engine is closed.'));
      this.queue.push({ job, resolve, reject });
      if (this.seats.size === 0) this.fill();
      this.next();
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    const waiting = this.queue.splice(0);
    for (const { reject } of waiting) reject(new Error('The face engine was closed.'));
    await Promise.all([...this.seats].map(({ worker }) => worker.terminate()));
  }

  private fill(): void {
    while (this.seats.size < this.size) this.hire();
  }

  private hire(): void {
    const seat: Seat = { worker: new Worker(this.script), ready: false };
    this.seats.add(seat);
    let cause: unknown;
    seat.worker.on('error', (error) => (cause = error));
    seat.worker.on('exit', (code) => this.leave(seat, new Error(`The face engine stopped (exit ${code}).`, { cause })));
    seat.worker.on('message', (answer: Answer) => this.hear(seat, answer));
  }

  private hear(seat: Seat, answer: Answer): void {
    const { current } = seat;
    seat.current = undefined;
    if (answer.kind === 'ready') {
      seat.ready = true;
      if ([...this.seats].every((each) => each.ready)) this.started.resolve();
    } else if (answer.kind === 'done') current?.resolve(answer.analysis);
    else if (answer.kind === 'refused') current?.reject(new RefusedPicture(answer.refusal, answer.message));
    else current?.reject(new Error(answer.message));
    this.next();
  }

  private leave(seat: Seat, error: Error): void {
    this.seats.delete(seat);
    seat.current?.reject(error);
    if (this.closed) return;
    if (seat.ready) this.fill();
    else {
      this.started.reject(error);
      if (this.seats.size === 0) for (const { reject } of this.queue.splice(0)) reject(error);
    }
    this.next();
  }

  private next(): void {
    for (const seat of this.seats) {
      if (!seat.ready || seat.current) continue;
      seat.current = this.queue.shift();
      if (!seat.current) return;
      seat.worker.postMessage(seat.current.job, []);
    }
  }
}
