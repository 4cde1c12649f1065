/** What Catch hands on: `Cause` is Lambda's JSON with the message that a person should read. */
export function faultOf({ Error: name, Cause }: { Error: string; Cause: string }): { reason: string; message: string } {
  let message = Cause;
  try {
    const cause = JSON.parse(Cause) as { errorMessage?: unknown };
    if (typeof cause.errorMessage === 'string') message = cause.errorMessage;
  } catch {
    // Some integrations give plain text.
  }
  return { reason: name, message };
}
