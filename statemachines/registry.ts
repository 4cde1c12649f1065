import type { Config } from '../schemas/config.ts';
import type { Deployment } from '../schemas/deployment.ts';
import { PREFIXES } from '../schemas/keys.ts';
import type { TaskName } from '../schemas/tasks.ts';
import type { Machine } from './asl.ts';
import { decideMachine } from './decide.ts';
import { enrollFaceMachine } from './enroll-face.ts';
import { forgetPersonMachine } from './forget-person.ts';
import { groupUnknownMachine } from './group-unknown.ts';
import { keepUsersMachine } from './keep-users.ts';
import { reRecognizeMachine } from './re-recognize.ts';
import { recognitionMachine } from './recognition.ts';

/** The ARNs of what states call. */
export interface CallableArns {
  readonly functions: Readonly<Record<TaskName, string>>;
  /** Puts events on EventBridge straight from Step Functions, without a function. */
  readonly putEvents: string;
}

interface Entry {
  readonly define: (arns: CallableArns, config: Config) => Machine;
  /** Each object that is created under this prefix starts an execution. Absent if something else starts the machine. */
  readonly objectPrefix?: string;
}

/** Every state machine. The stack, its outputs and what starts an execution follow from this list. */
export const MACHINES = {
  recognition: { define: recognitionMachine, objectPrefix: PREFIXES.input },
  'enroll-face': { define: enrollFaceMachine, objectPrefix: PREFIXES.enroll },
  'forget-person': { define: forgetPersonMachine },
  decide: { define: decideMachine },
  're-recognize': { define: reRecognizeMachine },
  'group-unknown': { define: groupUnknownMachine },
  'keep-users': { define: keepUsersMachine },
} as const satisfies Record<string, Entry>;
export type MachineName = keyof typeof MACHINES;

export const MACHINE_NAMES = Object.keys(MACHINES) as MachineName[];

export const machineEntry = (name: MachineName): Entry => MACHINES[name];

export function machineArn({ machines }: Pick<Deployment, 'machines'>, name: string): string {
  const arn = machines[name];
  if (arn === undefined) throw new Error(`The deployment has no state machine ${name}. Deploy it again.`);
  return arn;
}

/** The state machine that an object with this key starts, if any. */
export const machineOfKey = (key: string): MachineName | undefined =>
  MACHINE_NAMES.find((name) => {
    const { objectPrefix } = machineEntry(name);
    return objectPrefix !== undefined && key.startsWith(objectPrefix);
  });

/** The state machine that the ARN of an execution names. Undefined where it is not one of Rollcall's. */
export const machineOfExecution = (executionArn: string): MachineName | undefined =>
  MACHINE_NAMES.find((name) => executionArn.includes(`:rollcall-${name}`));
