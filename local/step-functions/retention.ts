import { delExecution, padNumber, keysUnder, type Execution, type Sublevels } from './sublevels.ts';

/** Step Functions keeps an execution for 90 days after its end (Step Functions quotas). */
const RETENTION_MS = 90 * 86_400_000;

/** Deletes the executions of a state machine that ended more than 90 days ago. */
export async function deleteExpiredExecutions(sublevels: Sublevels, machine: string, now: number): Promise<void> {
  const { gt } = keysUnder(`${machine}/ALL`);
  const startedBefore = `${gt}${padNumber(Math.max(0, now - RETENTION_MS), 15)}`;
  for await (const key of sublevels.byStart.values({ gt, lt: startedBefore })) {
    const execution = await sublevels.executions.get(key);
    if (!execution || now - (execution.stopDate ?? now) <= RETENTION_MS) continue;
    await deleteExecution(sublevels, key, execution);
  }
}

/** The execution itself goes last: if this is interrupted, it is found again. */
export async function deleteExecution(sublevels: Sublevels, key: string, execution: Execution): Promise<void> {
  await sublevels.history.clear(keysUnder(key));
  await sublevels.positions.clear(keysUnder(key));
  await sublevels.store.batch(delExecution(sublevels, execution));
}
