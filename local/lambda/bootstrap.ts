// The entry of a function's thread: loads the bundle once, then answers calls. It is what Lambda's own runtime is there.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { InvokeStore, InvokeStoreBase } from '@aws/lambda-invoke-store';
import type { Boot, Call, Failure, Reply } from './messages.ts';

type Handler = (event: unknown, context: unknown) => unknown;

const boot = workerData as Boot;
const port = parentPort;
if (!port) throw new Error('bootstrap.ts runs in a worker thread only');
const reply = (message: Reply) => port.postMessage(message);

process.setSourceMapsEnabled(true);
// Before the bundle is loaded, as Lambda's runtime does: what the bundle brings of it then finds this one.
const invocations = await InvokeStore.getInstanceAsync();
const { REQUEST_ID, X_RAY_TRACE_ID } = InvokeStoreBase.PROTECTED_KEYS;

async function load(): Promise<Handler> {
  const [file = '', name = ''] = boot.handler.split('.');
  let bundle: Record<string, unknown>;
  try {
    bundle = (await import(pathToFileURL(join(boot.folder, `${file}.mjs`)).href)) as Record<string, unknown>;
  } catch (error) {
    throw Object.assign(new Error(`Error: ${messageOf(error)}`, { cause: error }), {
      name: 'Runtime.ImportModuleError',
    });
  }
  const handler = bundle[name];
  if (typeof handler === 'function') return handler as Handler;
  throw Object.assign(new Error(`${boot.handler} is undefined or not exported`), { name: 'Runtime.HandlerNotFound' });
}

async function answer(handler: Handler, call: Call): Promise<void> {
  try {
    const invocation = { [REQUEST_ID]: call.requestId, [X_RAY_TRACE_ID]: call.trace };
    const result = await invocations.run(invocation, () => handler(JSON.parse(call.payload), contextOf(call)));
    reply({ kind: 'result', id: call.id, result: marshal(result) });
  } catch (error) {
    reply({ kind: 'failure', id: call.id, failure: failureOf(error) });
  }
}

function marshal(result: unknown): string {
  try {
    return JSON.stringify(result ?? null) ?? 'null';
  } catch (error) {
    const reason = `Unable to stringify response body: ${messageOf(error)}`;
    throw Object.assign(new Error(reason, { cause: error }), { name: 'Runtime.MarshalError' });
  }
}

function contextOf(call: Call) {
  return {
    functionName: boot.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: call.arn,
    memoryLimitInMB: String(boot.memoryMb),
    awsRequestId: call.requestId,
    logGroupName: process.env['AWS_LAMBDA_LOG_GROUP_NAME'],
    logStreamName: process.env['AWS_LAMBDA_LOG_STREAM_NAME'],
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, call.deadline - Date.now()),
  };
}

function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

try {
  const handler = await load();
  port.on('message', (call: Call) => void answer(handler, call));
  reply({ kind: 'loaded' });
} catch (error) {
  reply({ kind: 'unloadable', failure: failureOf(error) });
}
