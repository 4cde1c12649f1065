import { ExecutionError, StateMachine, type StateMachineDefinition } from 'aws-local-stepfunctions';
import type { Json, State } from './state-types.ts';

/**
 * Runs work with the input and output processing of a state. The library aws-local-stepfunctions does this part: each
 * state runs in it as a state machine of its own, so it evaluates InputPath, Parameters, ResultSelector, ResultPath,
 * OutputPath, intrinsic functions and choice rules. The order of states, retries, iterations, timeouts and stored
 * positions are ours, because the library can neither stop between states nor continue from one, and its Map keeps
 * starting iterations after one has failed.
 */
export async function applyDataFlow(
  state: Pick<State, 'InputPath' | 'Parameters' | 'ResultSelector' | 'ResultPath' | 'OutputPath'>,
  input: Json,
  context: Context,
  work: (input: Json) => Promise<Json>,
): Promise<Json> {
  const { InputPath, Parameters, ResultSelector, ResultPath, OutputPath } = state;
  const paths = withoutUndefined({ InputPath, Parameters, ResultSelector, ResultPath, OutputPath });
  // The longest that a timer can run, 24 days: the timeout of the task is not the library's business.
  const task = { Type: 'Task', Resource: 'local', End: true, TimeoutSeconds: 2_147_483, ...paths };
  return runInLibrary({ StartAt: 'It', States: { It: task } }, input, context, work);
}

/** Returns the name of the state that a Choice goes to. */
export async function evaluateChoice(state: State, input: Json, context: Context): Promise<string> {
  const { Type, Choices = [], Default, InputPath } = state;
  const names = [...Choices.map(({ Next }) => Next), ...(Default === undefined ? [] : [Default])];
  const endStates = names.map((name) => [`to ${name}`, { Type: 'Pass', Result: name, End: true }]);
  const choice = {
    ...withoutUndefined({ Type, InputPath }),
    Choices: Choices.map((rule) => ({ ...rule, Next: `to ${rule.Next}` })),
    ...(Default !== undefined && { Default: `to ${Default}` }),
  };
  const next = await runInLibrary(
    { StartAt: 'It', States: { It: choice, ...Object.fromEntries(endStates) } },
    input,
    context,
  );
  return String(next);
}

/** Evaluates a JSONPath or an intrinsic function on a state's input. */
export async function evaluatePath(path: string, input: Json, context: Context): Promise<Json> {
  const selected = await applyDataFlow({ Parameters: { 'value.$': path } }, input, context, async (value) => value);
  return (selected as { value: Json }).value;
}

/** The context object `$$`. `$$.Execution` is kept under `Run` (definition.ts says why). */
export type Context = Readonly<Record<string, Json>>;

async function runInLibrary(
  graph: object,
  input: Json,
  context: Context,
  work?: (input: Json) => Promise<Json>,
): Promise<Json> {
  const machine = new StateMachine(graph as StateMachineDefinition, { validationOptions: { noValidate: true } });
  const run = machine.run(input, { context, ...(work && { overrides: { taskResourceLocalHandlers: { It: work } } }) });
  try {
    return await run.result;
  } catch (error) {
    throw error instanceof ExecutionError && error.cause instanceof Error ? error.cause : error;
  }
}

function withoutUndefined(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
