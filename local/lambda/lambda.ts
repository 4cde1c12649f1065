import { randomUUID } from 'node:crypto';
import { devNull } from 'node:os';
import { functionError, serviceError } from './errors.ts';
import { FunctionThread, type Invocation } from './thread.ts';

export interface LambdaFunction {
  readonly name: string;
  readonly arn: string;
  /** Holds the bundle: `index.mjs` for the handler `index.handler`. */
  readonly folder: string;
  readonly handler: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
}

export interface LambdaOptions {
  readonly functions: readonly LambdaFunction[];
  /** What every function sees: endpoints, region, credentials. */
  readonly baseEnv: Readonly<Record<string, string>>;
  /** Invocations at once in one function's thread; further ones wait. Default 8. */
  readonly concurrency?: number;
  readonly newId?: () => string;
  readonly onLog?: (functionName: string, line: string) => void;
}

/**
 * Takes a name or an ARN, with or without a qualifier. Rejects with a LambdaError. The trace is the X-Ray header that
 * the SDK sends along with each call of this invocation.
 */
export type Invoke = (nameOrArn: string, payload: unknown, trace?: string) => Promise<unknown>;

export interface Lambda {
  readonly invoke: Invoke;
  /** Ends the function's thread at once: its invocations fail with Runtime.ExitError, the next starts another. */
  crash(nameOrArn: string): Promise<void>;
  close(): Promise<void>;
}

/** Bytes of JSON in a synchronous invocation (Lambda quotas); an answer may have 100 more. */
const requestBytes = 6 * 1024 * 1024;
const responseBytes = requestBytes + 100;
const CONCURRENCY = 8;

/**
 * Runs the bundles in worker threads, one a function, each with its function's own environment.
 *
 * Lambda gives every concurrent invocation an instance of its own. Here several share one thread: the tasks
 * wait for other services nearly all of their time, and an isolate each would cost some 30 MB and a load of the
 * bundle. What a task keeps in module scope is therefore shared by invocations that run at once.
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
  /** The one that takes invocations, and retired ones whose last invocations are not through. */
  readonly #threads = new Set<FunctionThread>();
  #closed = false;

  constructor(definition: LambdaFunction, options: LambdaOptions) {
    this.#definition = definition;
    this.#options = options;
  }

  async invoke(payload: unknown, trace: string): Promise<unknown> {
    const text = JSON.stringify(payload ?? {});
    if (Buffer.byteLength(text) > requestBytes) {
      throw serviceError(
        'RequestEntityTooLargeException',
        `Request must be smaller than ${requestBytes} bytes for the InvokeFunction operation`,
      );
    }
    if (this.#closed) throw serviceError('ServiceException', 'The account is stopping.');
    const requestId = this.#options.newId?.() ?? randomUUID();
    const result = await new Promise<string>((resolve, reject) => {
      this.#waiting.push({ requestId, trace, arn: this.#definition.arn, payload: text, resolve, reject });
      this.#dispatch();
    });
    if (Buffer.byteLength(result) > responseBytes) {
      throw functionError(
        'Function.ResponseSizeTooLarge',
        `Response payload size exceeded maximum allowed payload size (${responseBytes} bytes).`,
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
    for (const thread of this.#threads) if (thread.retired && thread.size === 0) this.#threads.delete(thread);
    while (this.#waiting.length > 0 && !this.#closed) {
      const thread = this.#thread();
      if (thread.size >= (this.#options.concurrency ?? CONCURRENCY)) return;
      const next = this.#waiting.shift();
      if (next) thread.run(next);
    }
  }

  #thread(): FunctionThread {
    for (const thread of this.#threads) if (!thread.retired) return thread;
    const { name, folder, handler, timeoutSeconds, memoryMb } = this.#definition;
    const thread = new FunctionThread({
      boot: { folder, handler, functionName: name, memoryMb },
      env: environment(this.#definition, this.#options.baseEnv),
      timeoutSeconds,
      onLog: (line) => this.#options.onLog?.(name, line),
      onRoom: () => this.#dispatch(),
    });
    this.#threads.add(thread);
    return thread;
  }
}

/** The runtime's variables, and nothing of the process that holds the account but where its programs are. */
function environment(one: LambdaFunction, baseEnv: Readonly<Record<string, string>>): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    TZ: ':UTC',
    LANG: 'en_US.UTF-8',
    AWS_REGION: one.arn.split(':')[3] ?? '',
    // The profiles of whoever runs this are not the function's.
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    // Whose call it is: in the cloud the key of its role's session tells.
    AWS_ACCESS_KEY_ID: one.name,
    ...baseEnv,
    ...one.env,
    _HANDLER: one.handler,
    LAMBDA_TASK_ROOT: one.folder,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x',
    // By it the SDK and Powertools know that invocations share the process, and keep apart what is each one's.
    AWS_LAMBDA_MAX_CONCURRENCY: String(CONCURRENCY),
    AWS_LAMBDA_FUNCTION_NAME: one.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(one.memoryMb),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${one.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
  };
}
