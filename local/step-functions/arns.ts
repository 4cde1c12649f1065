import { ServiceError } from '../aws-json.ts';

export interface Place {
  readonly region: string;
  readonly accountId: string;
}

export function executionArn({ region, accountId }: Place, machine: string, name: string): string {
  return `arn:aws:states:${region}:${accountId}:execution:${machine}:${name}`;
}

export function stateMachineArn({ region, accountId }: Place, machine: string): string {
  return `arn:aws:states:${region}:${accountId}:stateMachine:${machine}`;
}

/** `machine/name`, the key of an execution. */
export function executionKey(arn: unknown): string {
  const match = /^arn:aws:states:[^:]+:\d{12}:execution:([^:]+):([^:]+)$/u.exec(String(arn));
  if (!match)
    throw new ServiceError('InvalidArn', `Invalid Arn: 'Resource type not valid in this context: ${String(arn)}'`);
  return `${match[1]}/${match[2]}`;
}

export function machineName(arn: unknown): string {
  const match = /^arn:aws:states:[^:]+:\d{12}:stateMachine:([^:]+)$/u.exec(String(arn));
  if (!match?.[1]) {
    throw new ServiceError('InvalidArn', `Invalid Arn: 'Resource type not valid in this context: ${String(arn)}'`);
  }
  return match[1];
}

/** What StartExecution's `name` must not hold: spaces, brackets, wildcards, specials and control characters. */
// eslint-disable-next-line no-control-regex
const forbidden = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001F\u007F-\u009F]/u;

export function checkName(name: string): string {
  if (name.length < 1 || name.length > 80 || forbidden.test(name)) {
    throw new ServiceError('InvalidName', `Invalid Name: '${name}'`);
  }
  return name;
}
