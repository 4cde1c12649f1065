import { startTimer } from './clock.ts';
import { evaluatePath } from './dataflow.ts';
import { asStatesError, Halt, StatesError, checkDataLimit } from './errors.ts';
import type { Details } from './journal.ts';
import type { Json } from './state-types.ts';
import type { StateVisit } from './state-visit.ts';
import { callResource, isLambdaArn } from './tasks.ts';

/** Calls the resource of a Task and records the attempt. The events of its start are stored before the call. */
export async function runTask(visit: StateVisit, input: Json): Promise<Json> {
  const { runtime, state, chain, name } = visit;
  const resource = state.Resource ?? '';
  const events = isLambdaArn(resource) ? lambdaEvents(resource) : taskEvents(resource, runtime.region);
  const record = ([type, details]: TaskEvent) => runtime.journal.append(chain, type, details);
  checkDataLimit(input, `The state/task '${name}' was given a parameter that`);
  const seconds = await timeoutSeconds(visit);
  for (const event of events.started(JSON.stringify(input), seconds)) record(event);
  await runtime.journal.flush();
  try {
    const call = callResource(resource, input, runtime.integrations, runtime.caller);
    const result = await withTimeout(call, seconds, runtime.abortSignal);
    checkDataLimit(result, `The state/task '${name}' returned a result that`);
    record(events.succeeded(JSON.stringify(result)));
    return result;
  } catch (thrown) {
    if (thrown instanceof Halt) throw thrown;
    const error = asStatesError(thrown);
    record(error.name === 'States.Timeout' ? events.timedOut(error) : events.failed(error));
    throw error;
  }
}

async function timeoutSeconds({ state, position, context }: StateVisit): Promise<number | undefined> {
  if (!state.TimeoutSecondsPath) return state.TimeoutSeconds;
  return Number(await evaluatePath(state.TimeoutSecondsPath, position.input, context));
}

/** Rejects with States.Timeout or a Halt. The call itself goes on, and its late result is ignored. */
async function withTimeout(call: Promise<Json>, seconds: number | undefined, signal: AbortSignal): Promise<Json> {
  const interrupted = Promise.withResolvers<never>();
  const halt = () => interrupted.reject(new Halt('Stopped while a task ran'));
  const timeOut = () => interrupted.reject(new StatesError('States.Timeout', ''));
  const timer = seconds === undefined ? undefined : startTimer(seconds * 1000, timeOut);
  signal.addEventListener('abort', halt, { once: true });
  if (signal.aborted) halt();
  try {
    return await Promise.race([call, interrupted.promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', halt);
  }
}

type TaskEvent = readonly [type: string, details: Details];

const NOT_TRUNCATED = { truncated: false };

/** The events of a Task whose resource is `arn:aws:states:::service:action`. */
function taskEvents(arn: string, region: string) {
  const [resourceType = '', resource = ''] = arn.split(':::')[1]?.split(':') ?? [];
  const task = { resourceType, resource };
  return {
    started: (parameters: string, timeoutInSeconds: number | undefined): TaskEvent[] => [
      ['TaskScheduled', { taskScheduledEventDetails: { ...task, region, parameters, timeoutInSeconds } }],
      ['TaskStarted', { taskStartedEventDetails: task }],
    ],
    succeeded: (output: string): TaskEvent => [
      'TaskSucceeded',
      { taskSucceededEventDetails: { ...task, output, outputDetails: NOT_TRUNCATED } },
    ],
    failed: ({ name, message }: Error): TaskEvent => [
      'TaskFailed',
      { taskFailedEventDetails: { ...task, error: name, cause: message } },
    ],
    timedOut: ({ name, message }: Error): TaskEvent => [
      'TaskTimedOut',
      { taskTimedOutEventDetails: { ...task, error: name, cause: message } },
    ],
  };
}

/** The events of a Task whose resource is a function's ARN. */
function lambdaEvents(resource: string) {
  return {
    started: (input: string, timeoutInSeconds: number | undefined): TaskEvent[] => [
      [
        'LambdaFunctionScheduled',
        { lambdaFunctionScheduledEventDetails: { resource, input, inputDetails: NOT_TRUNCATED, timeoutInSeconds } },
      ],
      ['LambdaFunctionStarted', {}],
    ],
    succeeded: (output: string): TaskEvent => [
      'LambdaFunctionSucceeded',
      { lambdaFunctionSucceededEventDetails: { output, outputDetails: NOT_TRUNCATED } },
    ],
    failed: ({ name, message }: Error): TaskEvent => [
      'LambdaFunctionFailed',
      { lambdaFunctionFailedEventDetails: { error: name, cause: message } },
    ],
    timedOut: ({ name, message }: Error): TaskEvent => [
      'LambdaFunctionTimedOut',
      { lambdaFunctionTimedOutEventDetails: { error: name, cause: message } },
    ],
  };
}
