import type { RequestListener } from 'node:http';
import { awsJson } from '../aws-json.ts';
import { Outbox } from '../outbox.ts';
import { openSequence } from '../sequence.ts';
import { executionArn } from './arns.ts';
import { Executions } from './executions.ts';
import { Machines } from './machines.ts';
import { operations, startExecution } from './operations.ts';
import type { StateMachineDeclaration, StepFunctionsOptions } from './options.ts';
import { deleteExpiredExecutions } from './retention.ts';
import { openSublevels } from './sublevels.ts';

export interface StepFunctions {
  /** Serves `AWSStepFunctions.*`, AWS JSON 1.0. */
  readonly handler: RequestListener;
  /** An operation without HTTP, with its output as JSON. Rejects with a ServiceError. */
  callForJson(operation: string, input: Record<string, unknown>): Promise<string>;
  /** Declares all state machines, and continues the executions that were running when the last process ended. */
  setStateMachines(machines: readonly StateMachineDeclaration[]): Promise<void>;
  startExecution(request: {
    stateMachineArn: string;
    name?: string;
    input: string;
  }): Promise<{ executionArn: string; startDate: Date }>;
  /** Resolves when no execution runs and the event bus has accepted every status event. */
  idle(): Promise<void>;
  /** Interrupts the running executions; the next start continues them. */
  close(): Promise<void>;
}

export async function startStepFunctions(options: StepFunctionsOptions): Promise<StepFunctions> {
  const { now = Date.now, newId, region, accountId, report = () => {}, onStatusChange: deliver } = options;
  const sublevels = openSublevels(options.store);
  const outbox = new Outbox({ events: sublevels.outbox, deliver, report });
  // Its numbers sort after the 16-digit numbers, with ten leading zeros, that earlier versions left in the outbox.
  const sequence = await openSequence(options.store, 'sfn');
  const machines = new Machines(sublevels);
  const executions = new Executions({ sublevels, machines, outbox, sequence }, options);
  const location = { region, accountId };
  const dependencies = { location, sublevels, machines, executions, now, newId };
  const served = operations(dependencies);
  return {
    handler: awsJson({ version: '1.0', operations: served, report }),
    callForJson: async (operation, input) => JSON.stringify(await served[operation]!(input)),
    async setStateMachines(declarations) {
      await machines.set(declarations, now());
      outbox.wake();
      for (const { name } of declarations) {
        await deleteExpiredExecutions(sublevels, name, now());
        await executions.resume(name);
      }
    },
    async startExecution(request) {
      const { machine, name, startDate } = await startExecution(dependencies, request);
      return { executionArn: executionArn(location, machine, name), startDate: new Date(startDate) };
    },
    idle: () => executions.idle(),
    async close() {
      await executions.close();
      await outbox.close();
    },
  };
}
