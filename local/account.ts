import { mkdir, rm, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { join, resolve } from 'node:path';
import type { Intercept } from './calls.ts';
import { startDynamoDb } from './dynamodb/server.ts';
import { startEvents } from './events/bus.ts';
import { FunctionLogs } from './function-logs.ts';
import { listen } from './http.ts';
import { startLambda, type Invoke } from './lambda/lambda.ts';
import { lambdaHandler } from './lambda/server.ts';
import { namesOf, type Names } from './names.ts';
import type { FaceEngine } from './rekognition/engine/types.ts';
import { startRekognition } from './rekognition/server.ts';
import { router } from './router.ts';
import { startS3 } from './s3/server.ts';
import { startSqs } from './sqs/server.ts';
import { startStepFunctions } from './step-functions/step-functions.ts';
import type { PutEventsAnswer } from './step-functions/tasks.ts';
import { openStore } from './store.ts';
import { synthesize } from './synthesis.ts';
import { readStack } from './terraform.ts';

export interface Account {
  /** One address for every service. */
  readonly url: string;
  readonly region: string;
  readonly names: Names;
  /** Resolves when the face models are loaded. */
  readonly ready: Promise<void>;
  /** Resolves when every event is delivered and every execution has ended. */
  idle(): Promise<void>;
  /** Ends the thread of a function as a crash would: what it was at fails with Runtime.ExitError. */
  crash(functionName: string): Promise<void>;
  /** What still runs goes on at the next start. */
  close(): Promise<void>;
}

export interface AccountOptions {
  readonly dataDir: string;
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** Threads of the face engine. Default: one a core. */
  readonly workers?: number;
  /** In place of an engine of the account's own. Whoever gives it closes it. */
  readonly engine?: FaceEngine;
  /** What `synthesize` gave, to save doing it again. */
  readonly stackFolder?: string;
  /** Stands before every service. */
  readonly intercept?: Intercept;
  /** Stands before every function. */
  readonly interceptInvoke?: (invoke: Invoke) => Invoke;
  /** Retries follow at once: what waits for hours in an account is over in a moment. */
  readonly hurry?: boolean;
  /** Faults of the account itself, not of photos. */
  readonly report?: (problem: unknown) => void;
}

const REGION = 'us-east-1';
const ACCOUNT_ID = '000000000000';

/** An AWS account in one process: the synthesized stack, applied to servers on one loopback port. */
export async function startAccount(options: AccountOptions): Promise<Account> {
  const dataDir = resolve(options.dataDir);
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).toReversed()) await closer();
  };
  try {
    return { ...(await open({ ...options, dataDir }, closers)), region: REGION, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function open(
  options: AccountOptions,
  closers: (() => Promise<unknown>)[],
): Promise<Omit<Account, 'region' | 'close'>> {
  const { dataDir, port = 0, workers, engine, hurry = false, report = () => {} } = options;
  const folder = (name: string) => join(dataDir, name);
  const place = { region: REGION, accountId: ACCOUNT_ID, report };
  await mkdir(dataDir, { recursive: true });
  const store = await openStore(folder('state'));
  closers.push(() => store.close());

  // The functions need the address before there is anything behind it.
  let serve: RequestListener = (_, response) => void response.writeHead(503).end();
  const server = await listen((request, response) => serve(request, response), port);
  closers.push(() => server.close());
  const stackFolder = options.stackFolder ?? (await synthesize(dataDir));
  const stack = await readStack(stackFolder, { queueBaseUrl: `${server.url}/${ACCOUNT_ID}` });

  const dynamodb = await startDynamoDb({ folder: folder('dynamodb') });
  closers.push(() => dynamodb.close());
  const sqs = await startSqs({ store, baseUrl: () => server.url, ...place });
  closers.push(() => sqs.close());
  const logs = new FunctionLogs(folder('logs'));
  closers.push(() => logs.close());
  const lambda = startLambda({
    functions: stack.functions,
    baseEnv: environment(server.url),
    onLog: (name, line) => logs.write(name, line),
  });
  closers.push(() => lambda.close());
  const invoke = options.interceptInvoke?.(lambda.invoke) ?? lambda.invoke;
  const events = await startEvents({
    store,
    ...place,
    deliver: {
      // The delivery's own id as the name: delivered twice, it is one execution.
      states: async ({ id, input, target }) => {
        await stepFunctions.startExecution({ stateMachineArn: target.arn, name: id, input });
      },
      lambda: async ({ input, target }) => {
        await invoke(target.arn, JSON.parse(input));
      },
      sqs: ({ input, target }) => sqs.send(target.arn, input),
    },
    deadLetter: (queueArn, body, attributes) => sqs.send(queueArn, body, attributes),
    ...(hurry && { backoff: () => 0 }),
  });
  const stepFunctions = await startStepFunctions({
    store,
    ...place,
    invoke: (arn, payload) => invoke(arn, payload),
    integrations: { putEvents: async (Entries) => (await events.putEvents({ Entries })) as PutEventsAnswer },
    onStatusChange: (event) => events.put(event),
    ...(hurry && { sleep: async () => {} }),
  });
  const s3 = await startS3({ store, folder: folder('s3'), ...place, deliver: (event) => events.put(event) });
  const rekognition = await startRekognition({
    store,
    ...place,
    readObject: (bucket, key, version) => s3.readObject(bucket, key, version),
    ...(workers === undefined ? {} : { workers }),
    ...(engine === undefined ? {} : { engine }),
  });
  closers.push(
    () => rekognition.close(),
    () => s3.close(),
    () => events.close(),
    () => stepFunctions.close(),
  );

  const handlers = {
    rekognition: rekognition.handler,
    dynamodb: dynamodb.handler,
    stepFunctions: stepFunctions.handler,
    sqs: sqs.handler,
    events: events.handler,
    s3: s3.handler,
    lambda: lambdaHandler(stack.functions, invoke),
  };
  serve = router(handlers, options.intercept);
  for (const bucket of stack.buckets) await s3.createBucket(bucket);
  for (const table of stack.tables) await dynamodb.createTable(table);
  for (const queue of stack.queues) await sqs.createQueue(queue.name);
  for (const { id } of stack.collections) await rekognition.ensureCollection(id);
  await stepFunctions.setStateMachines(stack.stateMachines);
  events.setRules(stack.rules);

  const names = namesOf(stack.outputs);
  await writeFile(
    folder('account.json'),
    JSON.stringify({ url: server.url, pid: process.pid, region: REGION, names }, null, 2),
  );
  closers.push(() => rm(folder('account.json'), { force: true }));
  return {
    url: server.url,
    names,
    ready: rekognition.ready,
    crash: (functionName) => lambda.crash(functionName),
    idle: async () => {
      do {
        await s3.idle();
        await events.idle();
        await stepFunctions.idle();
        // The end of an execution is an event again.
      } while (events.pending() > 0);
    },
  };
}

/** What the SDK in a function reads. Any credentials do: signatures are not checked on loopback. */
function environment(url: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: REGION,
    AWS_SECRET_ACCESS_KEY: 'local',
  };
}
