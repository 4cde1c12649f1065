/** An error that the user can fix. Only its message is shown. */
export class Failure extends Error {
  override name = 'Failure';
}

/** A wrong command line. */
export class UsageError extends Failure {
  override name = 'UsageError';
}

export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // A refused connection has a code and no message.
  return error.message || ((error as NodeJS.ErrnoException).code ?? error.name);
}

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
