import { functionError } from '../../local/lambda/errors.ts';
import type { Json, StateGraph } from '../../local/step-functions/state-types.ts';
import { callResource, type Integrations } from '../../local/step-functions/tasks.ts';
import type { TaskName } from '../../schemas/tasks.ts';
import { percentile } from '../response/statistics.ts';
import { SimulatedAccount, type Burst } from './account.ts';
import type { FunctionUse } from './functions.ts';
import { Execution, type ExecutionResult } from './machine.ts';
import type { QuotaUse } from './services.ts';
import type { Tasks } from './tasks.ts';
import { eventOf, memoryOf } from './tasks.ts';

/** A state machine and its functions. */
export interface Pipeline {
  readonly machine: StateGraph;
  readonly tasks: (account: SimulatedAccount) => Tasks;
}

export interface Figures {
  readonly burst: Burst;
  readonly failed: number;
  /** By error, how many executions failed. */
  readonly errors: Readonly<Record<string, number>>;
  /** From the upload to the end of its execution, of those that succeeded. In seconds. */
  readonly p50: number;
  readonly p95: number;
  readonly transitions: number;
  /** The longest history of an execution. */
  readonly events: number;
  readonly detect: QuotaUse;
  readonly search: QuotaUse;
  readonly functions: FunctionUse;
  readonly meterWrites: number;
  readonly meterThrottles: number;
}

/** Lets all photos land at once, and time pass until every execution has ended. */
export async function simulate(pipeline: Pipeline, burst: Burst, seed = 1): Promise<Figures> {
  const account = new SimulatedAccount(burst, seed);
  const landed = account.time.now();
  const call = caller(account, pipeline.tasks(account));
  const { now, sleep } = account.time;
  const world = { now, sleep, random: account.random.next, transition: account.transition, call };
  const process = async (_: unknown, index: number): Promise<ExecutionResult & { seconds: number }> => {
    const key = `input/${index}.jpg`;
    await account.start();
    const result = await new Execution(pipeline.machine, world).run(eventOf(key), `arn:${key}`);
    return { ...result, seconds: (account.time.now() - landed) / 1000 };
  };
  const ended = await account.time.run(Promise.all(Array.from({ length: burst.photos }, process)));
  const succeeded = ended.filter(({ status }) => status === 'SUCCEEDED').map(({ seconds }) => seconds);
  const errors: Record<string, number> = {};
  for (const { status, error = status } of ended) if (status !== 'SUCCEEDED') errors[error] = (errors[error] ?? 0) + 1;
  return {
    burst,
    failed: burst.photos - succeeded.length,
    errors,
    p50: percentile(succeeded, 50),
    p95: percentile(succeeded, 95),
    transitions: account.transitions,
    events: ended.reduce((most, { events }) => Math.max(most, events), 0),
    detect: account.rekognition.use.DetectFaces,
    search: account.rekognition.use.SearchFacesByImage,
    functions: account.functions.use,
    meterWrites: account.dynamoDb.writes,
    meterThrottles: account.dynamoDb.throttled,
  };
}

/** No task throws these: the simulation itself is at fault. */
const OUR_FAULTS: ReadonlySet<string> = new Set(['Error', 'TypeError', 'ReferenceError']);

function reportFault(error: Error): never {
  console.error(error);
  process.exit(2);
}

/** Calls a Task's resource. What a function throws becomes the error that Step Functions sees. */
function caller(account: SimulatedAccount, tasks: Tasks) {
  const invoke = async (arn: string, input: unknown): Promise<unknown> => {
    const name = arn.slice(arn.lastIndexOf(':') + 1) as TaskName;
    const code = tasks[name];
    if (!code) throw new Error(`The simulation has no function ${name}.`);
    return account.functions.invoke(name, memoryOf(name), (environment) =>
      code(input as never, environment).catch((error: Error) => {
        if (OUR_FAULTS.has(error.name)) reportFault(error);
        throw functionError(error.name, error.message);
      }),
    );
  };
  const integrations: Integrations = { invoke, putEvents: async () => ({ FailedEntryCount: 0, Entries: [] }) };
  const from = { executionArn: '', stateMachineArn: '' };
  return async (resource: string, input: Json): Promise<Json> => {
    await account.pass(['Invoke']);
    return callResource(resource, input, integrations, from);
  };
}
