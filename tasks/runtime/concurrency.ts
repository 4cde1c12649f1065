/** Like Promise.all, but waits for all of them even if one fails: nothing goes on after a task has failed. */
export async function allOf<const Work extends readonly unknown[]>(
  work: Work,
): Promise<{ -readonly [Index in keyof Work]: Awaited<Work[Index]> }> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

/**
 * Calls `work` with each item, at most `concurrency` at once, and gives the results in the order of the items. After a
 * failure no more are started, and it throws once those under way have ended.
 */
export async function mapConcurrently<Item, Result>(
  items: readonly Item[],
  concurrency: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const remaining = [...items.entries()];
  const worker = async () => {
    for (let next = remaining.shift(); next; next = remaining.shift()) {
      const [index, item] = next;
      try {
        results[index] = await work(item);
      } catch (error) {
        remaining.length = 0;
        throw error;
      }
    }
  };
  await allOf(Array.from({ length: concurrency }, worker));
  return results;
}
