import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import { functionError, serviceError, type LambdaError } from './errors.ts';
import type { Boot, Call, Reply } from './messages.ts';

/** One invocation on its way through a thread. */
export interface Invocation {
  readonly requestId: string;
  readonly trace: string;
  readonly arn: string;
  readonly payload: string;
  resolve(result: string): void;
  reject(error: LambdaError): void;
}

export interface ThreadOptions {
  readonly boot: Boot;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  onLog(line: string): void;
  /** An invocation ended, or the thread did: there may be room for another. */
  onRoom(): void;
}

interface InFlight {
  readonly invocation: Invocation;
  /** Set once the bundle is loaded: loading does not count, as in Lambda's init phase. */
  timer?: NodeJS.Timeout;
}

/** A worker thread that holds one function's bundle and environment. */
export class FunctionThread {
  /** A retired thread takes no more invocations: it died, did not load, or one of its invocations timed out. */
  retired = false;
  readonly #options: ThreadOptions;
  readonly #worker: Worker;
  readonly #inFlight = new Map<number, InFlight>();
  #loaded = false;
  #nextId = 0;

  constructor(options: ThreadOptions) {
    this.#options = options;
    this.#worker = new Worker(new URL('./bootstrap.ts', import.meta.url), {
      workerData: options.boot,
      env: options.env,
      // Neither the options nor the preloaded modules of the process that holds the account are the function's.
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdout: true,
      stderr: true,
    });
    for (const stream of [this.#worker.stdout, this.#worker.stderr]) this.#log(stream);
    this.#worker.on('message', (reply: Reply) => this.#receive(reply));
    // The exit that follows an uncaught error tells the invocations; here it is only logged, as the runtime would.
    this.#worker.on('error', (error: Error) => options.onLog(error.stack ?? String(error)));
    this.#worker.on('exit', (code) => this.#failAll(exitError(code)));
  }

  get size(): number {
    return this.#inFlight.size;
  }

  run(invocation: Invocation): void {
    const id = this.#nextId++;
    this.#inFlight.set(id, { invocation });
    if (this.#loaded) this.#send(id);
  }

  async crash(): Promise<void> {
    await this.#worker.terminate();
  }

  async close(): Promise<void> {
    this.#failAll(() => serviceError('ServiceException', 'The account is stopping.'));
    await this.#worker.terminate();
  }

  #send(id: number): void {
    const entry = this.#inFlight.get(id);
    if (!entry) return;
    const { invocation } = entry;
    const milliseconds = this.#options.timeoutSeconds * 1000;
    entry.timer = setTimeout(() => this.#timeOut(id), milliseconds);
    const { requestId, trace, arn, payload } = invocation;
    const call: Call = { id, requestId, trace, arn, deadline: Date.now() + milliseconds, payload };
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    this.#worker.postMessage(call);
  }

  #receive(reply: Reply): void {
    if (reply.kind === 'loaded') {
      this.#loaded = true;
      for (const id of this.#inFlight.keys()) this.#send(id);
    } else if (reply.kind === 'unloadable') {
      const { errorType, errorMessage, trace } = reply.failure;
      this.#failAll(() => functionError(errorType, errorMessage, trace));
      void this.#worker.terminate();
    } else if (reply.kind === 'result') {
      this.#take(reply.id)?.resolve(reply.result);
    } else {
      const { errorType, errorMessage, trace } = reply.failure;
      this.#take(reply.id)?.reject(functionError(errorType, errorMessage, trace));
    }
  }

  /** JavaScript that runs cannot be stopped but with its thread, and others may still be at work there. */
  #timeOut(id: number): void {
    this.retired = true;
    const invocation = this.#take(id);
    const seconds = this.#options.timeoutSeconds.toFixed(2);
    invocation?.reject(
      functionError(
        'Sandbox.Timedout',
        `RequestId: ${invocation.requestId} Error: Task timed out after ${seconds} seconds`,
      ),
    );
  }

  #take(id: number): Invocation | undefined {
    const entry = this.#inFlight.get(id);
    if (!entry) return undefined;
    clearTimeout(entry.timer);
    this.#inFlight.delete(id);
    if (this.retired && this.#inFlight.size === 0) void this.#worker.terminate();
    // After the caller has settled this one.
    queueMicrotask(() => this.#options.onRoom());
    return entry.invocation;
  }

  #failAll(error: (invocation: Invocation) => LambdaError): void {
    this.retired = true;
    for (const id of this.#inFlight.keys()) {
      const invocation = this.#take(id);
      invocation?.reject(error(invocation));
    }
    this.#options.onRoom();
  }

  #log(stream: Readable): void {
    createInterface({ input: stream }).on('line', (line) => this.#options.onLog(line));
  }
}

function exitError(code: number) {
  const reason =
    code === 0 ? 'Runtime exited without providing a reason' : `Runtime exited with error: exit status ${code}`;
  return ({ requestId }: Invocation) => functionError('Runtime.ExitError', `RequestId: ${requestId} Error: ${reason}`);
}
