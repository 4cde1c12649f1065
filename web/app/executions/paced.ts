/** Does something for each item, one after another, at most so many a second, until it is stopped. */
export async function eachPaced<Item>(
  items: readonly Item[],
  { perSecond, signal }: { readonly perSecond: number; readonly signal: AbortSignal },
  act: (item: Item) => Promise<void>,
): Promise<void> {
  for (const [at, item] of items.entries()) {
    if (signal.aborted) return;
    await act(item);
    if (at + 1 < items.length) await pause(1000 / perSecond, signal);
  }
}

const pause = (milliseconds: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    const stop = () => {
      clearTimeout(timer);
      resolve();
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
