import { after } from './clock.ts';
import { read } from './dataflow.ts';
import { asStatesError, Halt, StatesError, withinLimit } from './failure.ts';
import type { Visit } from './interpreter.ts';
import type { Details } from './journal.ts';
import type { Json } from './state-types.ts';
import { call, isDirect } from './tasks.ts';

/** Calls what a Task names and records the attempt. Its events are kept before the call is made. */
export async function runTask(here: Visit, input: Json): Promise<Json> {
  const { run, state, strand, name } = here;
  const resource = state.Resource ?? '';
  const events = isDirect(resource) ? lambdaEvents(resource) : taskEvents(resource, run.region);
  const record = ([type, details]: Event) => run.journal.append(strand, type, details);
  withinLimit(input, `The state/task '${name}' was given a parameter that`);
  const seconds = await timeout(here);
  for (const event of events.started(JSON.stringify(input), seconds)) record(event);
  await run.journal.flushed();
  try {
    const answer = call(resource, input, run.services, run.caller);
    const result = withinLimit(
      await within(seconds, run.signal, answer),
      `The state/task '${name}' returned a result that`,
    );
    record(events.succeeded(JSON.stringify(result)));
    return result;
  } catch (thrown) {
    if (thrown instanceof Halt) throw thrown;
    const error = asStatesError(thrown);
    record(error.name === 'States.Timeout' ? events.timedOut(error) : events.failed(error));
    throw error;
  }
}

async function timeout({ state, place, context }: Visit): Promise<number | undefined> {
  if (!state.TimeoutSecondsPath) return state.TimeoutSeconds;
  return Number(await read(state.TimeoutSecondsPath, place.input, context));
}

/** The answer, or States.Timeout, or a Halt: the call itself is not stopped and its late answer is dropped. */
async function within(seconds: number | undefined, signal: AbortSignal, answer: Promise<Json>): Promise<Json> {
  const gone = Promise.withResolvers<never>();
  const halt = () => gone.reject(new Halt('Stopped while a task ran'));
  const late = () => gone.reject(new StatesError('States.Timeout', ''));
  const timer = seconds === undefined ? undefined : after(seconds * 1000, late);
  signal.addEventListener('abort', halt, { once: true });
  if (signal.aborted) halt();
  try {
    return await Promise.race([answer, gone.promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', halt);
  }
}

type Event = readonly [type: string, details: Details];

const whole = { truncated: false };

/** The events of `arn:aws:states:::service:action`. */
function taskEvents(arn: string, region: string) {
  const [resourceType = '', resource = ''] = arn.split(':::')[1]?.split(':') ?? [];
  const which = { resourceType, resource };
  return {
    started: (parameters: string, timeoutInSeconds: number | undefined): Event[] => [
      ['TaskScheduled', { taskScheduledEventDetails: { ...which, region, parameters, timeoutInSeconds } }],
      ['TaskStarted', { taskStartedEventDetails: which }],
    ],
    succeeded: (output: string): Event => [
      'TaskSucceeded',
      { taskSucceededEventDetails: { ...which, output, outputDetails: whole } },
    ],
    failed: ({ name, message }: Error): Event => [
      'TaskFailed',
      { taskFailedEventDetails: { ...which, error: name, cause: message } },
    ],
    timedOut: ({ name, message }: Error): Event => [
      'TaskTimedOut',
      { taskTimedOutEventDetails: { ...which, error: name, cause: message } },
    ],
  };
}

/** The events of a Task that names a function's ARN. */
function lambdaEvents(resource: string) {
  return {
    started: (input: string, timeoutInSeconds: number | undefined): Event[] => [
      [
        'LambdaFunctionScheduled',
        { lambdaFunctionScheduledEventDetails: { resource, input, inputDetails: whole, timeoutInSeconds } },
      ],
      ['LambdaFunctionStarted', {}],
    ],
    succeeded: (output: string): Event => [
      'LambdaFunctionSucceeded',
      { lambdaFunctionSucceededEventDetails: { output, outputDetails: whole } },
    ],
    failed: ({ name, message }: Error): Event => [
      'LambdaFunctionFailed',
      { lambdaFunctionFailedEventDetails: { error: name, cause: message } },
    ],
    timedOut: ({ name, message }: Error): Event => [
      'LambdaFunctionTimedOut',
      { lambdaFunctionTimedOutEventDetails: { error: name, cause: message } },
    ],
  };
}
