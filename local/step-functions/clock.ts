/** Milliseconds: a timer set for longer fires at once. */
export const longestTimer = 2 ** 31 - 1;

/** Resolves after the time or when the signal is aborted, whichever is first. */
export async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const wake = () => resolve();
  const timer = setTimeout(wake, Math.min(milliseconds, longestTimer));
  signal.addEventListener('abort', wake, { once: true });
  await promise;
  clearTimeout(timer);
  signal.removeEventListener('abort', wake);
}
