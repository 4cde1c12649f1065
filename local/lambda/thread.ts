import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import { functionError, serviceError, type LambdaError } from './errors.ts';
import type { FunctionBoot, InvokeMessage, ThreadMessage } from './messages.ts';

/** One invocation in a thread. */
export interface Invocation {
  readonly requestId: string;
  readonly trace: string;
  readonly arn: string;
  readonly payload: string;
  resolve(result: string): void;
  reject(error: LambdaError): void;
}

export interface ThreadOptions {
  readonly boot: FunctionBoot;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  onLog(line: string): void;
  /** Called when an invocation or the thread has ended, so that another invocation may start. */
  onCapacity(): void;
}

/**
 * V8's default of 48 MB is reached slowly, by every function: half a gigabyte that nothing uses. A task makes little
 * garbage, because it mostly waits.
 */
const YOUNG_GENERATION_MB = 12;

interface InFlight {
  readonly invocation: Invocation;
  /** Set once the bundle is loaded: as in Lambda, the init phase does not count towards the timeout. */
  timer?: NodeJS.Timeout;
}

/** A worker thread with one function's bundle and environment. */
export class FunctionThread {
  /** A retired thread takes no more invocations: it exited, failed to load, or had an invocation that timed out. */
  retired = false;
  readonly #options: ThreadOptions;
  readonly #worker: Worker;
  readonly #inFlight = new Map<number, InFlight>();
  #loaded = false;
  #nextId = 0;

  constructor(options: ThreadOptions) {
    this.#options = options;
    this.#worker = new Worker(new URL('./bootstrap.ts', import.meta.url), {
      name: options.boot.functionName,
      workerData: options.boot,
      env: options.env,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
      // A function must not inherit this process's options and preloaded modules.
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdout: true,
      stderr: true,
    });
    for (const stream of [this.#worker.stdout, this.#worker.stderr]) this.#log(stream);
    this.#worker.on('message', (message: ThreadMessage) => this.#receive(message));
    // Only logged, as the runtime would: the exit that follows an uncaught error fails the invocations.
    this.#worker.on('error', (error: Error) => options.onLog(error.stack ?? String(error)));
    this.#worker.on('exit', (code) => this.#failAll(exitErrorOf(code)));
  }

  get inFlightCount(): number {
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
    const message: InvokeMessage = { id, requestId, trace, arn, deadline: Date.now() + milliseconds, payload };
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    this.#worker.postMessage(message);
  }

  #receive(message: ThreadMessage): void {
    if (message.kind === 'loaded') {
      this.#loaded = true;
      for (const id of this.#inFlight.keys()) this.#send(id);
    } else if (message.kind === 'unloadable') {
      const { errorType, errorMessage, trace } = message.failure;
      this.#failAll(() => functionError(errorType, errorMessage, trace));
      void this.#worker.terminate();
    } else if (message.kind === 'result') {
      this.#finish(message.id)?.resolve(message.result);
    } else {
      const { errorType, errorMessage, trace } = message.failure;
      this.#finish(message.id)?.reject(functionError(errorType, errorMessage, trace));
    }
  }

  /** Running JavaScript can be stopped only with its thread, where other invocations may still be running. */
  #timeOut(id: number): void {
    this.retired = true;
    const invocation = this.#finish(id);
    const seconds = this.#options.timeoutSeconds.toFixed(2);
    invocation?.reject(
      functionError(
        'Sandbox.Timedout',
        `RequestId: ${invocation.requestId} Error: Task timed out after ${seconds} seconds`,
      ),
    );
  }

  #finish(id: number): Invocation | undefined {
    const entry = this.#inFlight.get(id);
    if (!entry) return undefined;
    clearTimeout(entry.timer);
    this.#inFlight.delete(id);
    if (this.retired && this.#inFlight.size === 0) void this.#worker.terminate();
    // Deferred until the caller has settled this invocation.
    queueMicrotask(() => this.#options.onCapacity());
    return entry.invocation;
  }

  #failAll(error: (invocation: Invocation) => LambdaError): void {
    this.retired = true;
    for (const id of this.#inFlight.keys()) {
      const invocation = this.#finish(id);
      invocation?.reject(error(invocation));
    }
    this.#options.onCapacity();
  }

  #log(stream: Readable): void {
    createInterface({ input: stream }).on('line', (line) => this.#options.onLog(line));
  }
}

function exitErrorOf(code: number) {
  const reason =
    code === 0 ? 'Runtime exited without providing a reason' : `Runtime exited with error: exit status ${code}`;
  return ({ requestId }: Invocation) => functionError('Runtime.ExitError', `RequestId: ${requestId} Error: ${reason}`);
}
