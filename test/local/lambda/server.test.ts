import { GetFunctionConfigurationCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isLambdaUrl } from '../../../local/calls.ts';
import { listen, type Listening } from '../../../local/http.ts';
import { startLambda, type Lambda } from '../../../local/lambda/lambda.ts';
import { lambdaHandler } from '../../../local/lambda/server.ts';
import { aFunction, bundleFolder, functionArn, region, removeFolder } from './bundles.ts';

let root: string;
let lambda: Lambda;
let server: Listening;
let client: LambdaClient;

const CODE = `export const handler = async (event) => {
  if (event.fail) throw Object.assign(new Error('as asked'), { name: 'Asked' });
  return { seen: event };
};`;

beforeAll(async () => {
  root = await bundleFolder();
  const functions = [await aFunction(root, 'echo', CODE)];
  lambda = startLambda({ functions, baseEnv: {} });
  server = await listen(lambdaHandler(functions, lambda.invoke));
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  client = new LambdaClient({ endpoint: server.url, region, credentials, maxAttempts: 1 });
});
afterAll(async () => {
  await server.close();
  await lambda.close();
  await removeFolder(root);
});

async function invoke(FunctionName: string, Payload = '') {
  const answer = await client.send(new InvokeCommand({ FunctionName, Payload }));
  return { error: answer.FunctionError, payload: JSON.parse(Buffer.from(answer.Payload!).toString()) as unknown };
}

test.each(['echo', functionArn('echo')])('%s is described and invoked', async (FunctionName) => {
  expect(await client.send(new GetFunctionConfigurationCommand({ FunctionName }))).toMatchObject({
    FunctionName: 'echo',
    FunctionArn: functionArn('echo'),
    Handler: 'index.handler',
    Timeout: 30,
    MemorySize: 256,
    State: 'Active',
    LastUpdateStatus: 'Successful',
  });
  expect(await invoke(FunctionName, '{"a":1}')).toStrictEqual({ error: undefined, payload: { seen: { a: 1 } } });
  expect(await invoke(FunctionName)).toStrictEqual({ error: undefined, payload: { seen: {} } });
});

test('an error of a function is a response with a header', async () => {
  const { error, payload } = await invoke('echo', '{"fail":true}');
  expect([error, payload]).toMatchObject(['Unhandled', { errorType: 'Asked', errorMessage: 'as asked' }]);
});

test('an unknown function is refused by name', async () => {
  for (const command of [
    new GetFunctionConfigurationCommand({ FunctionName: 'none' }),
    new InvokeCommand({ FunctionName: 'none' }),
  ]) {
    await expect(client.send(command)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Function not found: none',
    });
  }
});

test('requests to Lambda are distinguished from those to S3', () => {
  expect(
    ['/2015-03-31/functions/echo/invocations', '/photos/2015-03-31/functions/', '/', '/2015-03-31'].map(isLambdaUrl),
  ).toStrictEqual([true, false, false, false]);
});
