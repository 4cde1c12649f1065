import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { machineArn, machineOfKey } from '../../statemachines/registry.ts';
import type { Target } from '../deployment/target.ts';

export interface Start {
  /** Of the object that it is about: it tells which machine. */
  readonly key: string;
  /** The same for the same cause, so that two commands, or an interrupted one, start it once. */
  readonly name: string;
  /** JSON text of the event. */
  readonly input: string;
}

/** Starts the machine for an object. False where an execution of this name has been. */
export async function startOnce({ sfn, deployment }: Target, { key, name, input }: Start): Promise<boolean> {
  const stateMachineArn = machineArn(deployment, machineOfKey(key) ?? 'recognition');
  try {
    await sfn.send(new StartExecutionCommand({ stateMachineArn, name, input }));
    return true;
  } catch (error) {
    if ((error as Error).name === 'ExecutionAlreadyExists') return false;
    throw error;
  }
}
