/** Reads the error that Catch passes on. Lambda's `Cause` is JSON that holds the message. */
export function faultOf({ Error: name, Cause }: { Error: string; Cause: string }): { reason: string; message: string } {
  let message = Cause;
  try {
    const cause = JSON.parse(Cause) as { errorMessage?: unknown };
    if (typeof cause.errorMessage === 'string') message = cause.errorMessage;
  } catch {
    // Some integrations return plain text.
  }
  return { reason: name, message };
}
