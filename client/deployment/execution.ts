import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageIn } from '../../schemas/cause.ts';
import type { TaskFault } from '../../schemas/errors.ts';
import { machineArn, type MachineName } from '../../statemachines/registry.ts';
import { Failure } from '../failure.ts';
import type { Target } from './target.ts';

/** What the machine says of its input. The same input gives the same. */
const REFUSALS: ReadonlySet<string | undefined> = new Set<TaskFault>(['DecisionsInvalid', 'NeverForgotten']);

/** Starts a state machine that no object starts. Gives the execution. */
export async function startMachine(
  { sfn, deployment }: Target,
  machine: MachineName,
  input: object,
  name: string = randomUUID(),
): Promise<string> {
  const stateMachineArn = machineArn(deployment, machine);
  const start = new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) });
  return (await sfn.send(start)).executionArn ?? '';
}

/** The same, waits for its end, and gives its output. */
export async function runMachine(
  target: Target,
  machine: MachineName,
  input: object,
  signal: AbortSignal,
): Promise<{ readonly executionArn: string; readonly output: unknown }> {
  const executionArn = await startMachine(target, machine, input);
  const { output } = await waitForEnd(target, machine, executionArn, signal);
  return { executionArn, output };
}

/** Waits until an execution has ended, and gives its output. */
export async function waitForEnd(
  target: Target,
  machine: MachineName,
  executionArn: string,
  signal: AbortSignal,
): Promise<Ended> {
  for (;;) {
    const ended = await endOf(target, machine, executionArn);
    if (ended) return ended;
    await sleep(target.pollMs, undefined, { signal });
  }
}

interface Ended {
  readonly output: unknown;
}

/** How an execution ended. Undefined while it runs. Throws a Failure if it did not end well. */
export async function endOf({ sfn }: Target, machine: MachineName, executionArn: string): Promise<Ended | undefined> {
  const { status, output = 'null', error, cause } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
  if (status === 'SUCCEEDED') return { output: JSON.parse(output) };
  if (status === 'RUNNING' || status === 'PENDING_REDRIVE') return undefined;
  if (REFUSALS.has(error)) throw new Failure(messageIn(cause));
  const why = [error, messageIn(cause)].filter((part) => part).join(': ') || status;
  throw new Failure(`${machine} did not end well (${why}). Run the same command again: it goes on from there.`);
}
