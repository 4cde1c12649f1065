import { setTimeout as sleep } from 'node:timers/promises';

/** How long work goes on before it pauses, in milliseconds. */
const WORK = 10;
/** How many times as long as the work before it a pause is. */
const REST = 19;

/**
 * For work in the background that calls it after each small step: waits once it is time for a pause, so that it takes
 * a twentieth of the time. Throws when the signal is aborted.
 */
export function pauses(signal: AbortSignal): () => Promise<void> {
  let since = performance.now();
  return async () => {
    signal.throwIfAborted();
    const worked = performance.now() - since;
    if (worked < WORK) return;
    await sleep(REST * worked, undefined, { signal });
    since = performance.now();
  };
}
