import type { Json } from './state-types.ts';

/** An error inside an execution: its name is what Retry and Catch know it by, its message the cause. */
export class StatesError extends Error {
  constructor(name: string, cause: string) {
    super(cause);
    this.name = name;
  }
}

/** The execution goes no further in this process: stopped, timed out, or the account is closing. No state catches it. */
export class Halt extends Error {
  override readonly name = 'Halt';
}

/** An error as a state fails with it. What is no error of the states language is one of the runtime. */
export function asStatesError(error: unknown): StatesError {
  if (error instanceof StatesError) return error;
  const [name, message] = error instanceof Error ? [error.name, error.message] : ['', String(error)];
  return new StatesError(name.startsWith('States.') ? name : 'States.Runtime', message);
}

/** Bytes of UTF-8 that may go into and out of a state or a task (Step Functions quotas). */
export const dataLimit = 262_144;

/** Refuses what is too large to pass on. */
export function withinLimit(value: Json, what: string): Json {
  if (Buffer.byteLength(JSON.stringify(value)) <= dataLimit) return value;
  throw new StatesError(
    'States.DataLimitExceeded',
    `${what} has a size exceeding the maximum number of bytes service limit.`,
  );
}
