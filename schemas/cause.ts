/** The message of a cause. Lambda passes an error on as JSON, some integrations as plain text. */
export function messageIn(cause = ''): string {
  try {
    const { errorMessage } = JSON.parse(cause) as { readonly errorMessage?: unknown };
    return typeof errorMessage === 'string' ? errorMessage : cause;
  } catch {
    return cause;
  }
}
