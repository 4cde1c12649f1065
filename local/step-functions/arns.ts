import { ServiceError } from '../aws-json.ts';

export interface AwsLocation {
  readonly region: string;
  readonly accountId: string;
}

export function executionArn({ region, accountId }: AwsLocation, machine: string, name: string): string {
  return `arn:aws:states:${region}:${accountId}:execution:${machine}:${name}`;
}

export function stateMachineArn({ region, accountId }: AwsLocation, machine: string): string {
  return `arn:aws:states:${region}:${accountId}:stateMachine:${machine}`;
}

/** Reads an execution's ARN as its key in the store, `machine/name`. */
export function executionKeyOfArn(arn: unknown): string {
  const match = /^arn:aws:states:[^:]+:\d{12}:execution:([^:]+):([^:]+)$/u.exec(String(arn));
  if (!match)
    throw new ServiceError('InvalidArn', `Invalid Arn: 'Resource type not valid in this context: ${String(arn)}'`);
  return `${match[1]}/${match[2]}`;
}

export function machineNameOfArn(arn: unknown): string {
  const match = /^arn:aws:states:[^:]+:\d{12}:stateMachine:([^:]+)$/u.exec(String(arn));
  if (!match?.[1]) {
    throw new ServiceError('InvalidArn', `Invalid Arn: 'Resource type not valid in this context: ${String(arn)}'`);
  }
  return match[1];
}

/** Not allowed in StartExecution's `name`: spaces, brackets, wildcards, special and control characters. */
// eslint-disable-next-line no-control-regex
const FORBIDDEN_IN_NAME = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001F\u007F-\u009F]/u;

export function checkName(name: string): string {
  if (name.length < 1 || name.length > 80 || FORBIDDEN_IN_NAME.test(name)) {
    throw new ServiceError('InvalidName', `Invalid Name: '${name}'`);
  }
  return name;
}
