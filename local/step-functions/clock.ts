/** 24 days. Node.js fires a timer for a longer time at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Starts a timer, or none if the time is longer than MAX_TIMER_MS: no process here lives that long. */
export function startTimer(milliseconds: number, callback: () => void): NodeJS.Timeout | undefined {
  return milliseconds > MAX_TIMER_MS ? undefined : setTimeout(callback, milliseconds);
}

/** Resolves after the given time, or as soon as the signal is aborted. */
export async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const wake = () => resolve();
  const timer = startTimer(milliseconds, wake);
  signal.addEventListener('abort', wake, { once: true });
  await promise;
  clearTimeout(timer);
  signal.removeEventListener('abort', wake);
}
