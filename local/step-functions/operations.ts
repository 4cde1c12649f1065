import { randomUUID } from 'node:crypto';
import { ServiceError, type Operation } from '../aws-json.ts';
import { checkName, executionArn, executionKey, stateMachineArn, type Place } from './arns.ts';
import type { Executions } from './executions.ts';
import { dataLimit } from './failure.ts';
import { lastEventId } from './journal.ts';
import { listExecutions, listHistory, summary } from './lists.ts';
import type { Machine, Machines } from './machines.ts';
import { whyNotRedrivable } from './redrive.ts';
import type { Execution, Tables } from './tables.ts';

export interface Parts {
  readonly place: Place;
  readonly tables: Tables;
  readonly machines: Machines;
  readonly executions: Executions;
  readonly now: () => number;
  readonly newId: (() => string) | undefined;
}

/** The operations of AWSStepFunctions, AWS JSON 1.0. */
export function operations(parts: Parts): Record<string, Operation> {
  const { place, machines, executions, tables } = parts;
  return {
    StartExecution: async (input) => {
      const { machine, name, startDate } = await start(parts, input);
      return { executionArn: executionArn(place, machine, name), startDate: startDate / 1000 };
    },
    StopExecution: async (input) => {
      const stopDate = await executions.stop(executionKey(input['executionArn']), {
        ...(typeof input['error'] === 'string' && { error: input['error'] }),
        ...(typeof input['cause'] === 'string' && { cause: input['cause'] }),
      });
      return { stopDate: stopDate / 1000 };
    },
    RedriveExecution: async (input) => {
      const redriveDate = await executions.redrive(executionKey(input['executionArn']));
      return { redriveDate: redriveDate / 1000 };
    },
    DescribeExecution: async (input) => {
      const execution = await executions.get(executionKey(input['executionArn']));
      return describeExecution(parts, execution);
    },
    ListExecutions: async (input) => {
      const machine = machines.byArn(input['stateMachineArn']);
      return listExecutions(parts, machine.name, input);
    },
    GetExecutionHistory: async (input) => {
      const key = executionKey(input['executionArn']);
      await executions.get(key);
      await executions.flushed(key);
      return listHistory(tables, key, input);
    },
    DescribeStateMachine: async (input) => describeMachine(machines.byArn(input['stateMachineArn'])),
    DescribeStateMachineForExecution: async (input) => {
      const execution = await executions.get(executionKey(input['executionArn']));
      const { creationDate, ...machine } = describeMachine(machines.byArn(stateMachineArn(place, execution.machine)));
      const definition = await machines.definition(execution.definition);
      return { ...machine, definition, roleArn: execution.roleArn, updateDate: creationDate };
    },
    ListStateMachines: async () => ({
      stateMachines: machines.all().map(({ name, type, creationDate }) => ({
        stateMachineArn: stateMachineArn(place, name),
        name,
        type,
        creationDate: creationDate / 1000,
      })),
    }),
    ListTagsForResource: async () => ({ tags: [] }),
  };
}

/** StartExecution: what it is given is checked before anything is written. */
export async function start(parts: Parts, request: Record<string, unknown>): Promise<Execution> {
  const { machines, executions, newId } = parts;
  const machine = machines.byArn(request['stateMachineArn']);
  const name = checkName(String(request['name'] ?? newId?.() ?? randomUUID()));
  return executions.start(machine, name, checkInput(String(request['input'] ?? '{}')));
}

function checkInput(input: string): string {
  if (Buffer.byteLength(input) > dataLimit) {
    throw new ServiceError('InvalidExecutionInput', `Input is larger than ${dataLimit} bytes.`);
  }
  try {
    JSON.parse(input);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ServiceError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${reason}'`);
  }
  return input;
}

function describeMachine({ name, arn, definition, type, roleArn, creationDate, loggingConfiguration }: Machine) {
  return {
    stateMachineArn: arn,
    name,
    status: 'ACTIVE',
    definition,
    roleArn,
    type,
    creationDate: creationDate / 1000,
    ...(loggingConfiguration !== undefined && { loggingConfiguration }),
  };
}

async function describeExecution({ place, tables, now }: Parts, execution: Execution) {
  const { machine, name, input, output, error, cause } = execution;
  const reason = whyNotRedrivable(execution, await lastEventId(tables, `${machine}/${name}`), now());
  return {
    ...summary(place, execution),
    input,
    inputDetails: { included: true },
    ...(output !== undefined && { output, outputDetails: { included: true } }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
    ...(reason === undefined
      ? { redriveStatus: 'REDRIVABLE' }
      : { redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason: reason }),
  };
}
