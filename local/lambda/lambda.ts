import { randomUUID } from 'node:crypto';
import { devNull } from 'node:os';
import { accessKeyId } from '../access-key.ts';
import { functionError, serviceError } from './errors.ts';
import { FunctionThread, type Invocation } from './thread.ts';

export interface LambdaFunction {
  readonly name: string;
  readonly arn: string;
  /** Contains the bundle: `index.mjs` for the handler `index.handler`. */
  readonly folder: string;
  readonly handler: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
}

export interface LambdaOptions {
  readonly functions: readonly LambdaFunction[];
  /** Environment variables of every function: endpoints, region, credentials. */
  readonly baseEnv: Readonly<Record<string, string>>;
  /** The account's key, for the functions' access keys. */
  readonly key?: string;
  /** Concurrent invocations in one function's thread; further ones wait. Default: 8. */
  readonly concurrency?: number;
  readonly newId?: () => string;
  readonly onLog?: (functionName: string, line: string) => void;
}

/**
 * Invokes a function by its name or ARN, with or without a qualifier. Rejects with a LambdaError. `trace` is the X-Ray
 * header that the SDK adds to each call of this invocation.
 */
export type Invoke = (nameOrArn: string, payload: unknown, trace?: string) => Promise<unknown>;

export interface Lambda {
  readonly invoke: Invoke;
  /**
   * Ends the function's thread at once: its invocations fail with Runtime.ExitError, and the next starts another
   * thread.
   */
  crash(nameOrArn: string): Promise<void>;
  close(): Promise<void>;
}

/** Bytes of JSON in a synchronous invocation (Lambda quotas). A response may have 100 more. */
const MAX_REQUEST_BYTES = 6 * 1024 * 1024;
const MAX_RESPONSE_BYTES = MAX_REQUEST_BYTES + 100;
const MAX_CONCURRENCY = 8;

/**
 * Runs each function's bundle in one worker thread with the function's own environment.
 *
 * Lambda gives every concurrent invocation its own instance. Here they share one thread, because the tasks wait for
 * other services nearly all of their time, and an isolate for each would cost some 30 MB and a load of the bundle. So
 * concurrent invocations share what a task keeps in module scope.
 */
export function startLambda(options: LambdaOptions): Lambda {
  const byName = new Map(options.functions.map((one) => [one.name, new FunctionPool(one, options)]));
  return {
    async invoke(nameOrArn, payload, trace = newTrace()) {
      const pool = byName.get(functionName(nameOrArn));
      if (!pool) throw serviceError('ResourceNotFoundException', `Function not found: ${nameOrArn}`);
      return pool.invoke(payload, trace);
    },
    crash: async (nameOrArn) => byName.get(functionName(nameOrArn))?.crash(),
    close: async () => {
      await Promise.all([...byName.values()].map((pool) => pool.close()));
    },
  };
}

/** https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader */
export function newTrace(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return `Root=1-${seconds.padStart(8, '0')}-${randomUUID().replaceAll('-', '').slice(0, 24)}`;
}

/** `arn:aws:lambda:REGION:ACCOUNT:function:NAME[:QUALIFIER]`, `NAME` or `NAME:QUALIFIER`. */
function functionName(nameOrArn: string): string {
  const parts = nameOrArn.split(':');
  return (nameOrArn.startsWith('arn:') ? parts[6] : parts[0]) ?? '';
}

class FunctionPool {
  readonly #definition: LambdaFunction;
  readonly #options: LambdaOptions;
  readonly #waiting: Invocation[] = [];
  /** The active thread, and retired ones that still have invocations in flight. */
  readonly #threads = new Set<FunctionThread>();
  #closed = false;

  constructor(definition: LambdaFunction, options: LambdaOptions) {
    this.#definition = definition;
    this.#options = options;
  }

  async invoke(payload: unknown, trace: string): Promise<unknown> {
    const text = JSON.stringify(payload ?? {});
    if (Buffer.byteLength(text) > MAX_REQUEST_BYTES) {
      throw serviceError(
        'RequestEntityTooLargeException',
        `Request must be smaller than ${MAX_REQUEST_BYTES} bytes for the InvokeFunction operation`,
      );
    }
    if (this.#closed) throw serviceError('ServiceException', 'The account is stopping.');
    const requestId = this.#options.newId?.() ?? randomUUID();
    const result = await new Promise<string>((resolve, reject) => {
      this.#waiting.push({ requestId, trace, arn: this.#definition.arn, payload: text, resolve, reject });
      this.#dispatch();
    });
    if (Buffer.byteLength(result) > MAX_RESPONSE_BYTES) {
      throw functionError(
        'Function.ResponseSizeTooLarge',
        `Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`,
      );
    }
    return JSON.parse(result);
  }

  async crash(): Promise<void> {
    await Promise.all([...this.#threads].map((thread) => thread.crash()));
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { reject } of this.#waiting.splice(0)) {
      reject(serviceError('ServiceException', 'The account is stopping.'));
    }
    await Promise.all([...this.#threads].map((thread) => thread.close()));
  }

  #dispatch(): void {
    for (const thread of this.#threads) if (thread.retired && thread.inFlightCount === 0) this.#threads.delete(thread);
    while (this.#waiting.length > 0 && !this.#closed) {
      const thread = this.#activeThread();
      if (thread.inFlightCount >= (this.#options.concurrency ?? MAX_CONCURRENCY)) return;
      const next = this.#waiting.shift();
      if (next) thread.run(next);
    }
  }

  #activeThread(): FunctionThread {
    for (const thread of this.#threads) if (!thread.retired) return thread;
    const { name, folder, handler, timeoutSeconds, memoryMb } = this.#definition;
    const thread = new FunctionThread({
      boot: { folder, handler, functionName: name, memoryMb },
      env: environment(this.#definition, this.#options),
      timeoutSeconds,
      onLog: (line) => this.#options.onLog?.(name, line),
      onCapacity: () => this.#dispatch(),
    });
    this.#threads.add(thread);
    return thread;
  }
}

/** The runtime's variables. Of this process's own variables a function gets only PATH. */
function environment(one: LambdaFunction, { baseEnv, key }: LambdaOptions): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    TZ: ':UTC',
    LANG: 'en_US.UTF-8',
    AWS_REGION: one.arn.split(':')[3] ?? '',
    // The user's AWS profiles must not reach the function.
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    // Identifies the calling function, as the access key of a role's session does in AWS.
    AWS_ACCESS_KEY_ID: accessKeyId(one.name, key),
    ...baseEnv,
    ...one.env,
    _HANDLER: one.handler,
    LAMBDA_TASK_ROOT: one.folder,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x',
    // Tells the SDK and Powertools that invocations share the process, so that they keep per-invocation state separate.
    AWS_LAMBDA_MAX_CONCURRENCY: String(MAX_CONCURRENCY),
    AWS_LAMBDA_FUNCTION_NAME: one.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(one.memoryMb),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${one.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
  };
}
