import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { machineArn, machineOfKey } from '../../statemachines/registry.ts';
import type { Target } from '../deployment/target.ts';

export interface ExecutionStart {
  /** Key of the object. It determines the state machine. */
  readonly key: string;
  /** The same for the same cause, so that starting twice is idempotent. */
  readonly name: string;
  /** JSON text of the event. */
  readonly input: string;
}

/** Starts the state machine of an object. Returns false if an execution with this name exists. */
export async function startExecutionOnce(
  { sfn, deployment }: Target,
  { key, name, input }: ExecutionStart,
): Promise<boolean> {
  const stateMachineArn = machineArn(deployment, machineOfKey(key) ?? 'recognition');
  try {
    await sfn.send(new StartExecutionCommand({ stateMachineArn, name, input }));
    return true;
  } catch (error) {
    if ((error as Error).name === 'ExecutionAlreadyExists') return false;
    throw error;
  }
}
