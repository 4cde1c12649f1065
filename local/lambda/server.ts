import type { RequestListener } from 'node:http';
import { FUNCTIONS_PATH } from '../calls.ts';
import { BodyRefused, readBody, send } from '../http.ts';
import { LambdaError } from './errors.ts';
import type { Invoke, LambdaFunction } from './lambda.ts';

const OPERATION_PATH = new RegExp(`^${FUNCTIONS_PATH}([^/?]+)/(configuration|invocations)(?:\\?|$)`);

/** The part of Lambda's API that shows whether a function works: GetFunctionConfiguration and Invoke. */
export function lambdaHandler(functions: readonly LambdaFunction[], invoke: Invoke): RequestListener {
  return (request, response) => {
    const answer = async (): Promise<{ body: unknown; headers?: Record<string, string> }> => {
      const [, encoded = '', operation] = OPERATION_PATH.exec(request.url ?? '') ?? [];
      const name = decodeURIComponent(encoded);
      if (request.method === 'GET' && operation === 'configuration')
        return { body: functionConfiguration(functions, name) };
      if (request.method !== 'POST' || operation !== 'invocations') throw unknownOperation(request.url ?? '');
      return invokeFunction(invoke, name, JSON.parse((await readBody(request, response)).toString() || '{}'));
    };
    answer().then(
      ({ body, headers = {} }) => send(response, 200, { ...JSON_HEADERS, ...headers }, JSON.stringify(body)),
      (error: Error) => {
        const status = error instanceof LambdaError ? 404 : error instanceof BodyRefused ? error.status : 500;
        const headers = { ...JSON_HEADERS, 'x-amzn-errortype': error.name };
        send(response, status, headers, JSON.stringify({ Message: error.message }));
      },
    );
  };
}

const JSON_HEADERS = { 'content-type': 'application/json' };

const unknownOperation = (url: string) =>
  new LambdaError('UnknownOperationException', `Unknown operation: ${url}`, true);

function functionConfiguration(functions: readonly LambdaFunction[], name: string) {
  const one = functions.find((each) => each.name === name || each.arn === name);
  if (!one) throw new LambdaError('ResourceNotFoundException', `Function not found: ${name}`, true);
  return {
    FunctionName: one.name,
    FunctionArn: one.arn,
    Runtime: 'nodejs22.x',
    Handler: one.handler,
    Timeout: one.timeoutSeconds,
    MemorySize: one.memoryMb,
    State: 'Active',
    LastUpdateStatus: 'Successful',
  };
}

/** An error thrown by a function is a response too, marked by a header. */
async function invokeFunction(invoke: Invoke, name: string, payload: unknown) {
  try {
    return { body: await invoke(name, payload) };
  } catch (error) {
    if (!(error instanceof LambdaError) || error.byService) throw error;
    return { body: JSON.parse(error.message) as unknown, headers: { 'x-amz-function-error': 'Unhandled' } };
  }
}
