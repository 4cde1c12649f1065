/** An error that the user can fix. Only its message is shown. */
export class Failure extends Error {
  override name = 'Failure';
}

/** There is nothing of that name or id. To the command line a failure like any other. */
export class NotFound extends Failure {}

/** What was asked for is wrong in itself: a wrong command line, or a wrong request. */
export class UsageError extends Failure {
  override name = 'UsageError';
}

export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // A refused connection has a code and no message.
  return error.message || ((error as NodeJS.ErrnoException).code ?? error.name);
}
