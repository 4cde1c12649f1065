import { Failure, messageOf } from '../client/failure.ts';

export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** The text that is printed for an error. The stack trace is only for debugging. */
export function report(error: unknown, debug: boolean): string {
  if (debug && error instanceof Error) return inFull(error);
  if (error instanceof Failure) return error.message;
  return `${messageOf(error)}\n(ROLLCALL_DEBUG=1 shows where.)`;
}

function inFull(error: Error): string {
  const stack = error.stack ?? String(error);
  return error.cause instanceof Error ? `${stack}\nCaused by: ${inFull(error.cause)}` : stack;
}
