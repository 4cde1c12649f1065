import { transform } from 'esbuild';
import { writeFile } from 'node:fs/promises';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { LambdaError } from '../../../local/lambda/errors.ts';
import { startLambda, type Lambda, type LambdaFunction } from '../../../local/lambda/lambda.ts';
import { aFunction, bundleFolder, functionArn, removeFolder } from './bundles.ts';

let root: string;
let open: Lambda[] = [];

beforeAll(async () => {
  root = await bundleFolder();
});
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(open.map((lambda) => lambda.close()));
  open = [];
});
afterAll(() => removeFolder(root));

let count = 0;

/** Deploys one function with the code. */
async function deployed(code: string, overrides: Partial<LambdaFunction> = {}, options: object = {}) {
  const declared = await aFunction(root, `function-${++count}`, code, overrides);
  const logs: string[] = [];
  const lambda = startLambda({
    functions: [declared],
    baseEnv: {},
    newId: () => 'request-1',
    onLog: (name, line) => logs.push(`${name}: ${line}`),
    ...options,
  });
  open.push(lambda);
  return { lambda, logs, name: declared.name, invoke: (payload: unknown) => lambda.invoke(declared.name, payload) };
}

/** The Error and Cause that Step Functions would report. */
async function failure(invocation: Promise<unknown>): Promise<{ error: string; cause: unknown }> {
  const error = await invocation.then(
    (value) => Promise.reject(new Error(`It answered ${JSON.stringify(value)}`)),
    (thrown: LambdaError) => thrown,
  );
  return { error: error.name, cause: error.byService ? error.message : JSON.parse(error.message) };
}

test('a function is invoked by name, by ARN and by an ARN with a qualifier', async () => {
  const { lambda, name } = await deployed('export const handler = async ({ n }) => ({ doubled: n * 2 });');
  const names = [name, functionArn(name), `${functionArn(name)}:$LATEST`];
  expect(await Promise.all(names.map((one) => lambda.invoke(one, { n: 4 })))).toStrictEqual([
    { doubled: 8 },
    { doubled: 8 },
    { doubled: 8 },
  ]);
});

test('a function sees its own environment and nothing of the process', async () => {
  const { invoke, name } = await deployed(
    'export const handler = async () => { const { PATH, ...env } = process.env; return env; };',
    { env: { TABLE_NAME: 'faces' }, memoryMb: 512 },
    { baseEnv: { AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1' } },
  );
  const { LAMBDA_TASK_ROOT, ...env } = (await invoke({})) as Record<string, string>;
  expect(LAMBDA_TASK_ROOT?.endsWith(name)).toBe(true);
  expect(env).toStrictEqual({
    AWS_ACCESS_KEY_ID: name,
    AWS_CONFIG_FILE: devNull,
    AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    AWS_LAMBDA_MAX_CONCURRENCY: '8',
    AWS_REGION: 'eu-west-1',
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    LANG: 'en_US.UTF-8',
    TABLE_NAME: 'faces',
    TZ: ':UTC',
    _HANDLER: 'index.handler',
  });
});

test('a handler gets the context that Lambda gives', async () => {
  const { invoke, name } = await deployed(
    `export const handler = async (event, { getRemainingTimeInMillis, ...context }) =>
       ({ ...context, inTime: getRemainingTimeInMillis() > 0 && getRemainingTimeInMillis() <= 30_000 });`,
  );
  expect(await invoke({})).toStrictEqual({
    functionName: name,
    functionVersion: '$LATEST',
    invokedFunctionArn: functionArn(name),
    memoryLimitInMB: '256',
    awsRequestId: 'request-1',
    logGroupName: `/aws/lambda/${name}`,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: true,
    inTime: true,
  });
});

test('events and results are copied as JSON', async () => {
  const { invoke } = await deployed(
    'export const handler = async (event) => ({ ...event, at: new Date(0), no: undefined });',
  );
  expect(await invoke({ when: new Date(1), none: undefined })).toStrictEqual({
    when: '1970-01-01T00:00:00.001Z',
    at: '1970-01-01T00:00:00.000Z',
  });
});

test('no result is null', async () => {
  const { invoke } = await deployed('export const handler = async () => {};');
  expect(await invoke({})).toBe(null);
});

test('an error keeps its name, its message and a trace', async () => {
  const { invoke } = await deployed(`
    class NotAPicture extends Error { name = 'NotAPictureError'; }
    export const handler = async () => { throw new NotAPicture('a text file'); };`);
  const { error, cause } = await failure(invoke({}));
  const { trace, ...rest } = cause as { trace: string[] };
  expect({ error, ...rest }).toStrictEqual({
    error: 'NotAPictureError',
    errorType: 'NotAPictureError',
    errorMessage: 'a text file',
  });
  expect(trace[0]).toBe('NotAPictureError: a text file');
});

test('a trace shows lines of the source, not of the bundle', async () => {
  const source =
    'type Nothing = never;\n\nexport const handler = async (): Promise<Nothing> => {\n  throw new Error("here");\n};\n';
  const { code } = await transform(source, {
    loader: 'ts',
    sourcemap: 'inline',
    sourcefile: 'tasks/source.ts',
    minify: true,
  });
  const { invoke } = await deployed(code);
  const { cause } = await failure(invoke({}));
  expect((cause as { trace: string[] }).trace[1]).toMatch(/tasks\/source\.ts:4:9/u);
});

test('a thrown value that is no Error is reported by its type', async () => {
  const { invoke } = await deployed('export const handler = async () => { throw "plain"; };');
  expect(await failure(invoke({}))).toStrictEqual({
    error: 'string',
    cause: { errorType: 'string', errorMessage: 'plain', trace: [] },
  });
});

test('a timeout fails one invocation, lets the others in its thread end, and the next gets a new thread', async () => {
  const { invoke } = await deployed(
    `import { existsSync } from 'node:fs';
     import { setTimeout as sleep } from 'node:timers/promises';
     let calls = 0;
     export const handler = async ({ until }) => {
       const call = ++calls;
       while (until && !existsSync(until)) await sleep(5);
       return call;
     };`,
    { timeoutSeconds: 3 },
  );
  expect(await invoke({})).toBe(1);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const stuck = failure(invoke({ until: '/never' }));
  // Started later, so that it does not time out together with the other.
  await vi.advanceTimersByTimeAsync(1500);
  const signal = join(root, 'go-on');
  const other = invoke({ until: signal });
  await vi.advanceTimersByTimeAsync(1500);
  vi.useRealTimers();
  expect(await stuck).toStrictEqual({
    error: 'Sandbox.Timedout',
    cause: {
      errorType: 'Sandbox.Timedout',
      errorMessage: 'RequestId: request-1 Error: Task timed out after 3.00 seconds',
    },
  });
  await writeFile(signal, '');
  expect(await other).toBe(3);
  expect(await invoke({})).toBe(1);
});

test('an endless loop times out, and so do the invocations that share its thread', async () => {
  const { invoke } = await deployed('export const handler = async ({ loop }) => { while (loop); return "done"; };', {
    timeoutSeconds: 1,
  });
  await invoke({});
  const failures = await Promise.all([failure(invoke({ loop: true })), failure(invoke({}))]);
  expect(failures.map(({ error }) => error)).toStrictEqual(['Sandbox.Timedout', 'Sandbox.Timedout']);
  expect(await invoke({})).toBe('done');
});

test.for([
  ['process.exit', 'process.exit(3)', 'RequestId: request-1 Error: Runtime exited with error: exit status 3'],
  [
    'process.exit without a fault',
    'process.exit(0)',
    'RequestId: request-1 Error: Runtime exited without providing a reason',
  ],
  [
    'an uncaught exception',
    'setImmediate(() => { throw new Error("late"); })',
    'RequestId: request-1 Error: Runtime exited with error: exit status 1',
  ],
  [
    'an unhandled rejection',
    'void Promise.reject(new Error("late"))',
    'RequestId: request-1 Error: Runtime exited with error: exit status 1',
  ],
] as const)(
  '%s fails all invocations in flight, and the next one starts a new thread',
  async ([, crash, errorMessage]) => {
    const { invoke } = await deployed(`export const handler = async ({ die }) => {
    if (!die) return 'alive';
    if (die === 'now') { ${crash}; }
    return new Promise(() => {});
  };`);
    const bystander = failure(invoke({ die: 'never' }));
    const expected = { error: 'Runtime.ExitError', cause: { errorType: 'Runtime.ExitError', errorMessage } };
    expect(await failure(invoke({ die: 'now' }))).toStrictEqual(expected);
    expect(await bystander).toStrictEqual(expected);
    expect(await invoke({})).toBe('alive');
  },
);

test.for([
  ['a bundle that throws', 'throw new Error("no table");', 'Runtime.ImportModuleError', 'Error: no table'],
  [
    'a bundle without the export',
    'export const other = 1;',
    'Runtime.HandlerNotFound',
    'index.handler is undefined or not exported',
  ],
] as const)('%s fails every invocation', async ([, code, error, errorMessage]) => {
  const { invoke } = await deployed(code);
  const failures = await Promise.all([failure(invoke({})), failure(invoke({}))]);
  failures.push(await failure(invoke({})));
  const shown = failures.map((one) => ({
    error: one.error,
    message: (one.cause as { errorMessage: string }).errorMessage,
  }));
  const expected = { error, message: errorMessage };
  expect(shown).toStrictEqual([expected, expected, expected]);
});

test('a crash fails all invocations in flight, and the next one starts a new thread', async () => {
  const { invoke, lambda, name } = await deployed(
    'let calls = 0; export const handler = async ({ stay }) => (stay ? new Promise(() => {}) : ++calls);',
  );
  expect(await invoke({})).toBe(1);
  const stuck = failure(invoke({ stay: true }));
  await lambda.crash(functionArn(name));
  expect((await stuck).error).toBe('Runtime.ExitError');
  expect(await invoke({})).toBe(1);
});

test('an import that does not resolve is an ImportModuleError', async () => {
  const { invoke } = await deployed('import "no-such-package"; export const handler = async () => {};');
  const { error, cause } = await failure(invoke({}));
  expect(error).toBe('Runtime.ImportModuleError');
  expect((cause as { errorMessage: string }).errorMessage).toMatch(/Cannot find package 'no-such-package'/u);
});

test('a result that cannot be JSON is a MarshalError', async () => {
  const { invoke } = await deployed('export const handler = async () => ({ big: 1n });');
  const { error, cause } = await failure(invoke({}));
  expect(error).toBe('Runtime.MarshalError');
  expect((cause as { errorMessage: string }).errorMessage).toBe(
    'Unable to stringify response body: Do not know how to serialize a BigInt',
  );
});

test('payloads are limited to 6 MB in each direction', async () => {
  const { invoke } = await deployed(
    'export const handler = async ({ size, text = "" }) => size ? "x".repeat(size) : text.length;',
  );
  const fits = 6 * 1024 * 1024 - '{"text":""}'.length;
  expect(await invoke({ text: 'x'.repeat(fits) })).toBe(fits);
  expect(await failure(invoke({ text: 'x'.repeat(fits + 1) }))).toStrictEqual({
    error: 'RequestEntityTooLargeException',
    cause: 'Request must be smaller than 6291456 bytes for the InvokeFunction operation',
  });
  expect(await failure(invoke({ size: 6 * 1024 * 1024 + 99 }))).toStrictEqual({
    error: 'Function.ResponseSizeTooLarge',
    cause: {
      errorType: 'Function.ResponseSizeTooLarge',
      errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
    },
  });
});

test('an unknown function is a ResourceNotFoundException of the service', async () => {
  const { lambda } = await deployed('export const handler = async () => {};');
  expect(await failure(lambda.invoke(functionArn('nobody'), {}))).toStrictEqual({
    error: 'ResourceNotFoundException',
    cause: `Function not found: ${functionArn('nobody')}`,
  });
});

test('no more invocations run concurrently than allowed, and all of them run', async () => {
  const { invoke } = await deployed(
    `let now = 0, most = 0;
     export const handler = async () => {
       most = Math.max(most, ++now);
       await new Promise((resolve) => setTimeout(resolve, 5));
       now -= 1;
       return most;
     };`,
    {},
    { concurrency: 3 },
  );
  const seen = (await Promise.all(Array.from({ length: 20 }, () => invoke({})))) as number[];
  expect([seen.length, Math.max(...seen)]).toStrictEqual([20, 3]);
});

test('the output of a function goes to its log, line by line', async () => {
  const { invoke, logs, name, lambda } = await deployed(
    'export const handler = async () => { console.log("one\\ntwo"); console.error("three"); };',
  );
  await invoke({});
  await lambda.close();
  expect(logs.toSorted()).toStrictEqual([`${name}: one`, `${name}: three`, `${name}: two`]);
});

test("a native module of the project works in a function's thread", async () => {
  const { invoke } = await deployed(`
    import sharp from 'sharp';
    export const handler = async () => {
      const picture = sharp({ create: { width: 4, height: 3, channels: 3, background: 'red' } }).jpeg();
      const { width, height, format } = await sharp(await picture.toBuffer()).metadata();
      return { width, height, format };
    };`);
  expect(await invoke({})).toStrictEqual({ width: 4, height: 3, format: 'jpeg' });
});

test('closing fails the invocations that wait and those in flight', async () => {
  const { invoke, lambda } = await deployed(
    'export const handler = () => new Promise(() => {});',
    {},
    { concurrency: 1 },
  );
  const both = [failure(invoke({})), failure(invoke({}))];
  await lambda.close();
  const expected = { error: 'ServiceException', cause: 'The account is stopping.' };
  expect(await Promise.all(both)).toStrictEqual([expected, expected]);
});

test('each of several concurrent invocations has its own trace, as the SDK reads it', async () => {
  const { lambda, name } = await deployed(`
    export const handler = async ({ ms }) => {
      await new Promise((done) => setTimeout(done, ms));
      return globalThis.awslambda.InvokeStore.getXRayTraceId();
    };`);
  const traces = await Promise.all([lambda.invoke(name, { ms: 30 }, 'one'), lambda.invoke(name, { ms: 0 }, 'two')]);
  expect(traces).toStrictEqual(['one', 'two']);
});
