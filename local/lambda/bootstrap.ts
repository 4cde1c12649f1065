// Entry point of a function's thread, in place of Lambda's runtime: loads the bundle once, then runs invocations.

import { InvokeStore, InvokeStoreBase } from '@aws/lambda-invoke-store';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { goLast } from '../background.ts';
import type { FunctionBoot, InvokeMessage, Failure, ThreadMessage } from './messages.ts';

type Handler = (event: unknown, context: unknown) => unknown;

const boot = workerData as FunctionBoot;
const port = parentPort;
if (!port) throw new Error('bootstrap.ts runs in a worker thread only');
const post = (message: ThreadMessage) => port.postMessage(message);

goLast();
process.setSourceMapsEnabled(true);
// Created before the bundle is loaded, as in Lambda's runtime, so that the bundle's copy of the library finds it.
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

async function runInvocation(handler: Handler, call: InvokeMessage): Promise<void> {
  try {
    const invocation = { [REQUEST_ID]: call.requestId, [X_RAY_TRACE_ID]: call.trace };
    const result = await invocations.run(invocation, () => handler(JSON.parse(call.payload), contextOf(call)));
    post({ kind: 'result', id: call.id, result: marshal(result) });
  } catch (error) {
    post({ kind: 'failure', id: call.id, failure: failureOf(error) });
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

function contextOf(call: InvokeMessage) {
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
  port.on('message', (call: InvokeMessage) => void runInvocation(handler, call));
  post({ kind: 'loaded' });
} catch (error) {
  post({ kind: 'unloadable', failure: failureOf(error) });
}
