import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TaskFault } from '../../schemas/errors.ts';
import { machineArn, type MachineName } from '../../statemachines/registry.ts';
import { messageIn } from '../executions/cause.ts';
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
  const { sfn, pollMs } = target;
  const executionArn = await startMachine(target, machine, input);
  for (;;) {
    const { status, output = 'null', error, cause } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (status === 'SUCCEEDED') return { executionArn, output: JSON.parse(output) };
    if (status !== 'RUNNING') {
      if (REFUSALS.has(error)) throw new Failure(messageIn(cause));
      const why = [error, messageIn(cause)].filter((part) => part).join(': ') || status;
      throw new Failure(`${machine} did not end well (${why}). Run the same command again: it goes on from there.`);
    }
    await sleep(pollMs, undefined, { signal });
  }
}
