import type { Json } from './state-types.ts';

/** An error of an execution. Retry and Catch match its name; its message is the cause. */
export class StatesError extends Error {
  constructor(name: string, cause: string) {
    super(cause);
    this.name = name;
  }
}

/**
 * Ends an execution's work in this process: it was stopped or timed out, or the account is closing. No state catches
 * it.
 */
export class Halt extends Error {
  override readonly name = 'Halt';
}

/** The error that a state fails with. Anything but an error of the Amazon States Language becomes States.Runtime. */
export function asStatesError(error: unknown): StatesError {
  if (error instanceof StatesError) return error;
  const [name, message] = error instanceof Error ? [error.name, error.message] : ['', String(error)];
  return new StatesError(name.startsWith('States.') ? name : 'States.Runtime', message);
}

/** Largest input or output of a state or a task in UTF-8 (Step Functions quotas). */
export const DATA_LIMIT_BYTES = 262_144;

export function checkDataLimit(value: Json, what: string): void {
  if (Buffer.byteLength(JSON.stringify(value)) <= DATA_LIMIT_BYTES) return;
  throw new StatesError(
    'States.DataLimitExceeded',
    `${what} has a size exceeding the maximum number of bytes service limit.`,
  );
}
