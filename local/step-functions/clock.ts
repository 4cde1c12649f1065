/** Milliseconds, 24 days: a timer set for longer fires at once. */
const longestTimer = 2 ** 31 - 1;

/** A timer, or none where the time is longer than any process here lives. */
export function after(milliseconds: number, callback: () => void): NodeJS.Timeout | undefined {
  return milliseconds > longestTimer ? undefined : setTimeout(callback, milliseconds);
}

/** Resolves after the time or when the signal is aborted, whichever is first. */
export async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const wake = () => resolve();
  const timer = after(milliseconds, wake);
  signal.addEventListener('abort', wake, { once: true });
  await promise;
  clearTimeout(timer);
  signal.removeEventListener('abort', wake);
}
