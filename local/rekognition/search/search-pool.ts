import { Worker } from 'node:worker_threads';
import type { Query } from './scanner.ts';
import type { SearchReply, SearchRequest } from './search-thread.ts';

/** An index as the thread sees it. */
export interface SearchedIndex {
  readonly number: number;
  readonly memory: WebAssembly.Memory;
}

interface Thread {
  readonly worker: Worker;
  readonly opened: Set<number>;
  readonly waiting: Map<number, PromiseWithResolvers<number[]>>;
}

/**
 * Sends searches to a thread, which starts with the first search. If it dies, its searches fail, and the next one
 * starts it again.
 */
export class SearchPool {
  #thread: Thread | undefined;
  #requests = 0;

  /** The slots of the nearest vectors, in no order. */
  nearest(index: SearchedIndex, query: Query): Promise<number[]> {
    const thread = (this.#thread ??= this.#start());
    const { worker, opened, waiting } = thread;
    const send = (message: SearchRequest) => worker.postMessage(message, []);
    if (!opened.has(index.number)) {
      opened.add(index.number);
      send({ kind: 'open', index: index.number, memory: index.memory });
    }
    const request = this.#requests++;
    const reply = Promise.withResolvers<number[]>();
    waiting.set(request, reply);
    worker.ref();
    send({ kind: 'search', request, index: index.number, query });
    return reply.promise;
  }

  /** Lets the thread forget an index. */
  forget({ number }: SearchedIndex): void {
    if (this.#thread?.opened.delete(number)) {
      this.#thread.worker.postMessage({ kind: 'close', index: number } satisfies SearchRequest, []);
    }
  }

  async close(): Promise<void> {
    await this.#thread?.worker.terminate();
  }

  #start(): Thread {
    const worker = new Worker(new URL('search-thread.ts', import.meta.url));
    const thread: Thread = { worker, opened: new Set(), waiting: new Map() };
    let cause: unknown;
    worker.on('message', ({ request, slots }: SearchReply) => {
      thread.waiting.get(request)?.resolve(slots);
      thread.waiting.delete(request);
      // An idle thread must not keep the process alive.
      if (thread.waiting.size === 0) worker.unref();
    });
    worker.on('error', (error) => (cause = error));
    worker.on('exit', (code) => {
      if (this.#thread === thread) this.#thread = undefined;
      const stopped = new Error(`The search of the collection stopped (exit ${code}).`, { cause });
      for (const { reject } of thread.waiting.values()) reject(stopped);
    });
    return thread;
  }
}
