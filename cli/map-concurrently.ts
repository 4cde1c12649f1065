/** Does the work for each item, so many at once; gives the outcomes in the order of the items. */
export async function inLanes<T, R>(lanes: number, items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const outcomes: R[] = [];
  const queue = items.entries();
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (const [index, item] of queue) outcomes[index] = await work(item);
    }),
  );
  return outcomes;
}
