import { randomUUID } from 'node:crypto';
import { ServiceError, type Operation } from '../aws-json.ts';
import { checkName, executionArn, executionKeyOfArn, stateMachineArn, type AwsLocation } from './arns.ts';
import { DATA_LIMIT_BYTES } from './errors.ts';
import type { Executions } from './executions.ts';
import { readLastEventId } from './history.ts';
import { listExecutions, listHistory, executionSummary } from './lists.ts';
import type { Machine, Machines } from './machines.ts';
import { whyNotRedrivable } from './redrive.ts';
import type { Execution, Sublevels } from './sublevels.ts';

export interface Dependencies {
  readonly location: AwsLocation;
  readonly sublevels: Sublevels;
  readonly machines: Machines;
  readonly executions: Executions;
  readonly now: () => number;
  readonly newId: (() => string) | undefined;
}

/** The operations of AWSStepFunctions. */
export function operations(dependencies: Dependencies): Record<string, Operation> {
  const { location, machines, executions, sublevels } = dependencies;
  return {
    StartExecution: async (input) => {
      const { machine, name, startDate } = await startExecution(dependencies, input);
      return { executionArn: executionArn(location, machine, name), startDate: startDate / 1000 };
    },
    StopExecution: async (input) => {
      const stopDate = await executions.stop(executionKeyOfArn(input['executionArn']), {
        ...(typeof input['error'] === 'string' && { error: input['error'] }),
        ...(typeof input['cause'] === 'string' && { cause: input['cause'] }),
      });
      return { stopDate: stopDate / 1000 };
    },
    RedriveExecution: async (input) => {
      const redriveDate = await executions.redrive(executionKeyOfArn(input['executionArn']));
      return { redriveDate: redriveDate / 1000 };
    },
    DescribeExecution: async (input) => {
      const execution = await executions.get(executionKeyOfArn(input['executionArn']));
      return describeExecution(dependencies, execution);
    },
    ListExecutions: async (input) => {
      const machine = machines.byArn(input['stateMachineArn']);
      return listExecutions(dependencies, machine.name, input);
    },
    GetExecutionHistory: async (input) => {
      const key = executionKeyOfArn(input['executionArn']);
      await executions.get(key);
      await executions.flushed(key);
      return listHistory(sublevels, key, input);
    },
    DescribeStateMachine: async (input) => describeMachine(machines.byArn(input['stateMachineArn'])),
    DescribeStateMachineForExecution: async (input) => {
      const execution = await executions.get(executionKeyOfArn(input['executionArn']));
      const {
        creationDate,
        type: _,
        status: __,
        ...machine
      } = describeMachine(machines.byArn(stateMachineArn(location, execution.machine)));
      const definition = await machines.definition(execution.definition);
      return { ...machine, definition, roleArn: execution.roleArn, updateDate: creationDate };
    },
    ListStateMachines: async () => ({
      stateMachines: machines.all().map(({ name, type, creationDate }) => ({
        stateMachineArn: stateMachineArn(location, name),
        name,
        type,
        creationDate: creationDate / 1000,
      })),
    }),
    ListTagsForResource: async () => ({ tags: [] }),
  };
}

/** StartExecution. Checks the request before anything is written. */
export async function startExecution(dependencies: Dependencies, request: Record<string, unknown>): Promise<Execution> {
  const { machines, executions, newId } = dependencies;
  const machine = machines.byArn(request['stateMachineArn']);
  const name = checkName(String(request['name'] ?? newId?.() ?? randomUUID()));
  return executions.start(machine, name, checkInput(String(request['input'] ?? '{}')));
}

function checkInput(input: string): string {
  if (Buffer.byteLength(input) > DATA_LIMIT_BYTES) {
    throw new ServiceError('InvalidExecutionInput', `Input is larger than ${DATA_LIMIT_BYTES} bytes.`);
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

async function describeExecution({ location, sublevels, now }: Dependencies, execution: Execution) {
  const { machine, name, input, output, error, cause } = execution;
  const reason = whyNotRedrivable(execution, await readLastEventId(sublevels, `${machine}/${name}`), now());
  return {
    ...executionSummary(location, execution),
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
