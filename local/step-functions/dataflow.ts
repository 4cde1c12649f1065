import { ExecutionError, StateMachine, type StateMachineDefinition } from 'aws-local-stepfunctions';
import type { Json, State } from './state-types.ts';

/**
 * What the library is used for: the flow of data through one state. It runs each state as a machine of its own,
 * so that InputPath, Parameters, ResultSelector, ResultPath, OutputPath, intrinsic functions and choice rules
 * are its own, while order, retries, iterations, time and memory are ours (it can neither stop between states nor
 * go on from one, and a failed Map there keeps starting iterations).
 */
export async function flow(
  state: Pick<State, 'InputPath' | 'Parameters' | 'ResultSelector' | 'ResultPath' | 'OutputPath'>,
  input: Json,
  context: Context,
  work: (input: Json) => Promise<Json>,
): Promise<Json> {
  const { InputPath, Parameters, ResultSelector, ResultPath, OutputPath } = state;
  const paths = defined({ InputPath, Parameters, ResultSelector, ResultPath, OutputPath });
  // Time-outs are ours too: this is the longest that a timer can be set for, 24 days.
  const task = { Type: 'Task', Resource: 'local', End: true, TimeoutSeconds: 2_147_483, ...paths };
  return evaluate({ StartAt: 'It', States: { It: task } }, input, context, work);
}

/** The name of the state that a Choice goes to. */
export async function choose(state: State, input: Json, context: Context): Promise<string> {
  const { Type, Choices = [], Default, InputPath } = state;
  const names = [...Choices.map(({ Next }) => Next), ...(Default === undefined ? [] : [Default])];
  const ends = names.map((name) => [`to ${name}`, { Type: 'Pass', Result: name, End: true }]);
  const choice = {
    ...defined({ Type, InputPath }),
    Choices: Choices.map((rule) => ({ ...rule, Next: `to ${rule.Next}` })),
    ...(Default !== undefined && { Default: `to ${Default}` }),
  };
  const next = await evaluate({ StartAt: 'It', States: { It: choice, ...Object.fromEntries(ends) } }, input, context);
  return String(next);
}

/** A JSONPath or an intrinsic function on a state's input. */
export async function read(path: string, input: Json, context: Context): Promise<Json> {
  const selected = await flow({ Parameters: { 'value.$': path } }, input, context, async (value) => value);
  return (selected as { value: Json }).value;
}

/** The context object, `$$`; what states know as `$$.Execution` is under Run (see definition.ts). */
export type Context = Readonly<Record<string, Json>>;

async function evaluate(
  chart: object,
  input: Json,
  context: Context,
  work?: (input: Json) => Promise<Json>,
): Promise<Json> {
  const machine = new StateMachine(chart as StateMachineDefinition, { validationOptions: { noValidate: true } });
  const run = machine.run(input, { context, ...(work && { overrides: { taskResourceLocalHandlers: { It: work } } }) });
  try {
    return await run.result;
  } catch (error) {
    throw error instanceof ExecutionError && error.cause instanceof Error ? error.cause : error;
  }
}

function defined(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
