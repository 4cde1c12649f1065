import { DescribeExecutionCommand, GetExecutionHistoryCommand, type HistoryEvent } from '@aws-sdk/client-sfn';
import { aMachine, executionArn, machineArn, openAccount, type Account } from './account.ts';

export interface Ended {
  readonly status: string | undefined;
  readonly output?: unknown;
  readonly error?: string;
  readonly cause?: string;
}

/** The path of states, retries and iterations in a history: what was entered, what failed, how it went. */
export function typesOf(events: readonly HistoryEvent[]): string[] {
  return events.map((event) => {
    const name = event.stateEnteredEventDetails?.name ?? event.stateExitedEventDetails?.name;
    const iteration =
      event.mapIterationStartedEventDetails ??
      event.mapIterationSucceededEventDetails ??
      event.mapIterationFailedEventDetails ??
      event.mapIterationAbortedEventDetails;
    return [event.type, name ?? iteration?.index].filter((part) => part !== undefined).join(' ');
  });
}

export async function historyOf(account: Account, machine: string, name: string): Promise<HistoryEvent[]> {
  const command = new GetExecutionHistoryCommand({ executionArn: executionArn(machine, name), maxResults: 1000 });
  return (await account.sfn.send(command)).events ?? [];
}

export async function endOf(account: Account, machine: string, name: string): Promise<Ended> {
  const command = new DescribeExecutionCommand({ executionArn: executionArn(machine, name) });
  const { status, output, error, cause } = await account.sfn.send(command);
  return {
    status,
    ...(output !== undefined && { output: JSON.parse(output) as unknown }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
  };
}

/** Runs a definition once on an input and tells how it ended, and by which events. */
export async function run(
  definition: object,
  input: unknown,
  options: Partial<Parameters<typeof openAccount>[0]> = {},
): Promise<{ end: Ended; events: HistoryEvent[] }> {
  const account = await openAccount({ machines: [aMachine('m', definition)], ...options });
  try {
    await account.service.startExecution({ stateMachineArn: machineArn('m'), name: 'e', input: JSON.stringify(input) });
    await account.service.idle();
    return { end: await endOf(account, 'm', 'e'), events: await historyOf(account, 'm', 'e') };
  } finally {
    await account.close();
  }
}

/** A definition of one state that ends. */
export function only(state: object): object {
  return { StartAt: 'It', States: { It: { End: true, ...state } } };
}

/** An error as a function throws it. */
export function anError(name: string, message = ''): Error {
  return Object.assign(new Error(message), { name });
}
