import { delExecution, padded, under, type Tables } from './tables.ts';

/** How long the service keeps an execution after its end (Step Functions quotas). */
const keptMs = 90 * 86_400_000;

/** Drops the executions of a machine that ended longer ago than the service would remember them. */
export async function forgetOld(tables: Tables, machine: string, now: number): Promise<void> {
  const { gt } = under(`${machine}/ALL`);
  const startedBefore = `${gt}${padded(Math.max(0, now - keptMs), 15)}`;
  for await (const key of tables.byStart.values({ gt, lt: startedBefore })) {
    const execution = await tables.executions.get(key);
    if (!execution || now - (execution.stopDate ?? now) <= keptMs) continue;
    await tables.history.clear(under(key));
    await tables.places.clear(under(key));
    await tables.store.batch(delExecution(tables, execution));
  }
}
