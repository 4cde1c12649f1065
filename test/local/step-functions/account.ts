import { SFNClient } from '@aws-sdk/client-sfn';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientConfig } from '../../../local/clients.ts';
import type { EventBridgeEvent } from '../../../local/events/event.ts';
import { listen } from '../../../local/http.ts';
import { startLambda } from '../../../local/lambda/lambda.ts';
import type { StateMachineDeclaration, StepFunctionsOptions } from '../../../local/step-functions/options.ts';
import { startStepFunctions } from '../../../local/step-functions/step-functions.ts';
import { openStore } from '../../../local/store.ts';
import { aFunction, accountId, bundleFolder, region, removeFolder } from '../lambda/bundles.ts';

export function aMachine(name: string, definition: object): StateMachineDeclaration {
  return {
    name,
    arn: machineArn(name),
    definition: JSON.stringify(definition),
    type: 'STANDARD',
    roleArn: `arn:aws:iam::${accountId}:role/machine`,
  };
}

export function machineArn(name: string): string {
  return `arn:aws:states:${region}:${accountId}:stateMachine:${name}`;
}

export function executionArn(machine: string, name: string): string {
  return `arn:aws:states:${region}:${accountId}:execution:${machine}:${name}`;
}

/** A Task that invokes a function with its whole input and passes its answer on. */
export function aTask(functionName: string, overrides: object = {}): object {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Parameters: { FunctionName: functionName, 'Payload.$': '$' },
    ResultSelector: { 'value.$': '$.Payload' },
    OutputPath: '$.value',
    ...overrides,
  };
}

export interface Account {
  readonly sfn: SFNClient;
  readonly events: EventBridgeEvent[];
  readonly service: Awaited<ReturnType<typeof startStepFunctions>>;
  readonly folder: string;
  close(): Promise<void>;
}

/** The service on loopback over a real store, with real functions in worker threads. */
export async function openAccount(
  setup: {
    machines: readonly StateMachineDeclaration[];
    /** Code by the function's name. */
    functions?: Readonly<Record<string, string>>;
    folder?: string;
  } & Partial<StepFunctionsOptions>,
): Promise<Account> {
  const { machines, functions = {}, folder: given, ...options } = setup;
  const folder = given ?? (await mkdtemp(join(tmpdir(), 'rollcall-sfn-')));
  const bundles = await bundleFolder();
  const declared = await Promise.all(Object.entries(functions).map(([name, code]) => aFunction(bundles, name, code)));
  const store = await openStore(join(folder, 'store'));
  const lambda = startLambda({ functions: declared, baseEnv: {} });
  const events: EventBridgeEvent[] = [];
  const problems: unknown[] = [];
  const service = await startStepFunctions({
    store,
    region,
    accountId,
    invoke: (name, payload) => lambda.invoke(name, payload),
    integrations: {
      putEvents: async (entries) => ({ Entries: entries.map((_, index) => ({ EventId: `event-${index}` })) }),
    },
    onStatusChange: async (event) => void events.push(event),
    report: (error) => problems.push(error),
    sleep: async () => {},
    ...options,
  });
  await service.setStateMachines(machines);
  const server = await listen(service.handler);
  const sfn = new SFNClient(clientConfig({ url: server.url, region }));
  return {
    sfn,
    events,
    service,
    folder,
    close: async () => {
      sfn.destroy();
      await server.close();
      await service.close();
      await lambda.close();
      await store.close();
      await removeFolder(bundles);
      if (given === undefined) await rm(folder, { recursive: true, force: true });
      if (problems.length > 0) throw new AggregateError(problems, 'The service reported problems');
    },
  };
}
