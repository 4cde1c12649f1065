import { rm } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { Deployment } from '../schemas/deployment.ts';
import { credentialsOf, newKey, SECRET_ACCESS_KEY, type Credentials } from './access-key.ts';
import { ServiceError } from './aws-json.ts';
import type { Intercept } from './calls.ts';
import { explainStart, openDataFolder, writePrivately } from './data-folder.ts';
import { startDynamoDb, type DynamoDb } from './dynamodb/server.ts';
import { startEvents } from './events/bus.ts';
import { scrubForgotten } from './forgetting/scrub.ts';
import { FunctionLogs } from './function-logs.ts';
import { listen } from './http.ts';
import { startLambda, type Invoke } from './lambda/lambda.ts';
import { lambdaHandler } from './lambda/server.ts';
import { LazyEngine } from './rekognition/engine/lazy.ts';
import { EnginePool } from './rekognition/engine/pool.ts';
import type { FaceEngine } from './rekognition/engine/types.ts';
import { startRekognition } from './rekognition/server.ts';
import { router } from './router.ts';
import { S3Error } from './s3/errors.ts';
import { startS3 } from './s3/server.ts';
import { startSqs } from './sqs/server.ts';
import { startStepFunctions, type StepFunctions } from './step-functions/step-functions.ts';
import type { PutEventsResult } from './step-functions/tasks.ts';
import { openStore, type Store } from './store.ts';
import { synthesize } from './synthesis.ts';
import { readStack, type LocalStack } from './terraform.ts';

export interface Account {
  /** One address for every service. */
  readonly url: string;
  readonly region: string;
  /** Every service asks for them. They are new at each start. */
  readonly credentials: Credentials;
  readonly deployment: Deployment;
  /** Reads without HTTP, for who is in this process. Absent if calls are intercepted: all of them are seen there. */
  readonly reads?: Reads;
  /** Resolves when the face models are loaded. */
  readonly ready: Promise<void>;
  /** Resolves when every event is delivered and every execution has ended. */
  idle(): Promise<void>;
  /** Ends the thread of a function, as a crash would. Its invocations fail with Runtime.ExitError. */
  crash(functionName: string): Promise<void>;
  /** Executions that still run continue at the next start. */
  close(): Promise<void>;
}

/** Errors have the names that services give them. */
interface Reads {
  readonly rows: DynamoDb['read'];
  readonly executions: StepFunctions['callForJson'];
  /** An object of the deployment's bucket: this version, or the newest. */
  readonly object: (key: string, versionId?: string) => Promise<Buffer>;
}

export interface AccountOptions {
  readonly dataDir: string;
  /** Default: any free port. */
  readonly port?: number;
  /** Threads of the face engine. Default: one per core. */
  readonly workers?: number;
  /** Loads the face models only when a picture has to be analyzed. */
  readonly lazyEngine?: boolean;
  /** Replaces the account's own engine. The caller closes it. */
  readonly engine?: FaceEngine;
  /** The result of `synthesize`, to save time. */
  readonly stackFolder?: string;
  /** Intercepts every call to a service. */
  readonly intercept?: Intercept;
  /** Intercepts every invocation of a function. */
  readonly interceptInvoke?: (invoke: Invoke) => Invoke;
  /** Makes retries follow at once. */
  readonly hurry?: boolean;
  /** Receives faults of the account itself, not of photos. */
  readonly report?: (problem: unknown) => void;
}

const ACCOUNT_ID = '000000000000';

/** Run in reverse order, also if the start fails half-way. */
type Closers = (() => Promise<unknown>)[];

/** An AWS account in one process: the synthesized stack, applied to servers on one loopback port. */
export async function startAccount(options: AccountOptions): Promise<Account> {
  const closers: Closers = [];
  const close = async () => {
    for (const closer of closers.splice(0).toReversed()) await closer();
  };
  try {
    return { ...(await open({ ...options, dataDir: resolve(options.dataDir) }, closers)), close };
  } catch (error) {
    await close();
    throw explainStart(error, options.dataDir);
  }
}

async function open(options: AccountOptions, closers: Closers): Promise<Omit<Account, 'close'>> {
  const { dataDir, port = 0, workers = availableParallelism() } = options;
  // Loads its models on its own threads meanwhile.
  const ownEngine = options.lazyEngine ? LazyEngine : EnginePool;
  const engine = options.engine ?? new ownEngine(workers);
  if (!options.engine) closers.push(() => engine.close());
  await scrubForgotten(dataDir);
  await openDataFolder(dataDir);
  const store = await openStore(join(dataDir, 'state'));
  closers.push(() => store.close());

  // The functions need the address before the services exist.
  let serve: RequestListener = (_, response) => void response.writeHead(503).end();
  const key = newKey();
  const server = await listen((request, response) => serve(request, response), { port, key });
  closers.push(() => server.close());
  const stackFolder = options.stackFolder ?? (await synthesize(dataDir));
  const stack = await readStack(stackFolder, { queueBaseUrl: `${server.url}/${ACCOUNT_ID}` });

  const services = await startServices({ ...options, store, engine, stack, url: server.url, key }, closers);
  serve = router(services.handlers, options.intercept);
  await apply(stack, services);

  const { url } = server;
  const credentials = credentialsOf('rollcall', key);
  const found = { url, region: stack.region, credentials, deployment: Deployment.parse(stack.outputs) };
  const file = join(dataDir, 'account.json');
  closers.push(() => rm(file, { force: true }));
  await writePrivately(file, { ...found, pid: process.pid });
  const { s3, events, stepFunctions, lambda, dynamodb } = services;
  const reads: Reads = {
    rows: dynamodb.read,
    executions: stepFunctions.callForJson,
    object: (name, versionId) => s3.readObject(found.deployment.bucket, name, versionId).catch(asServiceError),
  };
  return {
    ...found,
    ...(!options.intercept && { reads }),
    ready: engine.ready,
    crash: (functionName) => lambda.crash(functionName),
    idle: async () => {
      do {
        await s3.idle();
        await events.idle();
        await stepFunctions.idle();
        // The end of an execution is another event.
      } while (events.pending() > 0);
    },
  };
}

function asServiceError(error: unknown): never {
  throw error instanceof S3Error ? new ServiceError(error.code, error.message, error.status) : error;
}

type Services = Awaited<ReturnType<typeof startServices>>;

async function startServices(
  options: AccountOptions & { store: Store; engine: FaceEngine; stack: LocalStack; url: string; key: string },
  closers: Closers,
) {
  const { dataDir, store, engine, stack, url, hurry = false, report = () => {} } = options;
  const location = { region: stack.region, accountId: ACCOUNT_ID, report };
  const dynamodb = await startDynamoDb({ folder: join(dataDir, 'dynamodb'), ...location });
  closers.push(() => dynamodb.close());
  const sqs = await startSqs({ store, baseUrl: () => url, ...location });
  closers.push(() => sqs.close());
  const logs = new FunctionLogs(join(dataDir, 'logs'));
  closers.push(() => logs.close());
  const lambda = startLambda({
    functions: stack.functions,
    baseEnv: { AWS_ENDPOINT_URL: url, AWS_REGION: stack.region, AWS_SECRET_ACCESS_KEY: SECRET_ACCESS_KEY },
    key: options.key,
    onLog: (name, line) => logs.write(name, line),
  });
  closers.push(() => lambda.close());
  const invoke = options.interceptInvoke?.(lambda.invoke) ?? lambda.invoke;
  const events = await startEvents({
    store,
    ...location,
    deliver: {
      // The delivery's id is the execution's name, so that delivering twice is idempotent.
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
    ...location,
    invoke: (arn, payload) => invoke(arn, payload),
    integrations: { putEvents: async (Entries) => (await events.putEvents({ Entries })) as PutEventsResult },
    onStatusChange: (event) => events.put(event),
    ...(hurry && { sleep: async () => {} }),
  });
  const s3 = await startS3({
    store,
    folder: join(dataDir, 's3'),
    ...location,
    deliver: (event) => events.put(event),
    // Reading the whole index takes time that the start needs.
    after: engine.ready,
  });
  const readObject = (bucket: string, key: string, version?: string) => s3.readObject(bucket, key, version);
  const rekognition = await startRekognition({ store, ...location, engine, readObject });
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
  return { dynamodb, sqs, lambda, events, stepFunctions, s3, rekognition, handlers };
}

/** Creates the stack's resources unless they exist. Rules come last, because they start delivering. */
async function apply(stack: LocalStack, services: Services): Promise<void> {
  const { s3, dynamodb, sqs, rekognition, stepFunctions, events } = services;
  for (const bucket of stack.buckets) await s3.createBucket(bucket);
  for (const table of stack.tables) await dynamodb.createTable(table);
  for (const queue of stack.queues) await sqs.createQueue(queue.name);
  for (const { id } of stack.collections) await rekognition.ensureCollection(id);
  await stepFunctions.setStateMachines(stack.stateMachines);
  events.setRules(stack.rules);
}
