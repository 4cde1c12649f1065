import type { RequestListener } from 'node:http';
import { awsJson } from '../aws-json.ts';
import { Outbox } from '../outbox.ts';
import { openSequence } from '../sequence.ts';
import { executionArn } from './arns.ts';
import { Executions } from './executions.ts';
import { forgetOld } from './forget.ts';
import { Machines } from './machines.ts';
import { operations, start } from './operations.ts';
import type { StateMachineDeclaration, StepFunctionsOptions } from './options.ts';
import { openTables } from './tables.ts';

export interface StepFunctions {
  /** Serves `AWSStepFunctions.*`, AWS JSON 1.0. */
  readonly handler: RequestListener;
  /** Declares all state machines and takes up the executions that were running when the process ended. */
  setStateMachines(machines: readonly StateMachineDeclaration[]): Promise<void>;
  startExecution(request: {
    stateMachineArn: string;
    name?: string;
    input: string;
  }): Promise<{ executionArn: string; startDate: Date }>;
  /** Resolves when nothing runs and the bus has every status event. */
  idle(): Promise<void>;
  /** Leaves what runs to the next start. */
  close(): Promise<void>;
}

export async function startStepFunctions(options: StepFunctionsOptions): Promise<StepFunctions> {
  const { now = Date.now, newId, region, accountId, report = () => {}, onStatusChange: deliver } = options;
  const tables = openTables(options.store);
  const outbox = new Outbox({ events: tables.outbox, deliver, report });
  // Its numbers sort after those of earlier versions: 16 digits that begin with ten zeros.
  const sequence = await openSequence(options.store, 'sfn');
  const machines = new Machines(tables);
  const executions = new Executions({ tables, machines, outbox, sequence }, options);
  const place = { region, accountId };
  const parts = { place, tables, machines, executions, now, newId };
  return {
    handler: awsJson({ version: '1.0', operations: operations(parts), report }),
    async setStateMachines(declarations) {
      await machines.set(declarations, now());
      outbox.wake();
      for (const { name } of declarations) {
        await forgetOld(tables, name, now());
        await executions.resume(name);
      }
    },
    async startExecution(request) {
      const { machine, name, startDate } = await start(parts, request);
      return { executionArn: executionArn(place, machine, name), startDate: new Date(startDate) };
    },
    idle: () => executions.idle(),
    async close() {
      await executions.close();
      await outbox.close();
    },
  };
}
