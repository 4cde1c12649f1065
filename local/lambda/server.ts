import type { RequestListener } from 'node:http';
import { readBody, send } from '../http.ts';
import { LambdaError } from './errors.ts';
import type { Invoke, LambdaFunction } from './lambda.ts';

// https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html
const FUNCTIONS = '/2015-03-31/functions/';
const PATH = /^\/2015-03-31\/functions\/([^/?]+)\/(configuration|invocations)(?:\?|$)/;

/** Lambda's requests have paths of their own: no bucket begins with its date. */
export const isForLambda = (url: string) => url.startsWith(FUNCTIONS);

/** As much of Lambda's API as tells whether a function is well: GetFunctionConfiguration and Invoke. */
export function lambdaHandler(functions: readonly LambdaFunction[], invoke: Invoke): RequestListener {
  return (request, response) => {
    const answer = async (): Promise<{ body: unknown; headers?: Record<string, string> }> => {
      const [, encoded = '', what] = PATH.exec(request.url ?? '') ?? [];
      const name = decodeURIComponent(encoded);
      if (request.method === 'GET' && what === 'configuration') return { body: configuration(functions, name) };
      if (request.method !== 'POST' || what !== 'invocations') throw unknown(request.url ?? '');
      return run(invoke, name, JSON.parse((await readBody(request)).toString() || '{}'));
    };
    answer().then(
      ({ body, headers = {} }) => send(response, 200, { ...JSON_TYPE, ...headers }, JSON.stringify(body)),
      (error: Error) => {
        const status = error instanceof LambdaError ? 404 : 500;
        const headers = { ...JSON_TYPE, 'x-amzn-errortype': error.name };
        send(response, status, headers, JSON.stringify({ Message: error.message }));
      },
    );
  };
}

const JSON_TYPE = { 'content-type': 'application/json' };

const unknown = (url: string) => new LambdaError('UnknownOperationException', `Unknown operation: ${url}`, true);

function configuration(functions: readonly LambdaFunction[], name: string) {
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

/** What a function throws is an answer too, with a header that says so. */
async function run(invoke: Invoke, name: string, payload: unknown) {
  try {
    return { body: await invoke(name, payload) };
  } catch (error) {
    if (!(error instanceof LambdaError) || error.byService) throw error;
    return { body: JSON.parse(error.message) as unknown, headers: { 'x-amz-function-error': 'Unhandled' } };
  }
}
