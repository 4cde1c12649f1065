import { constants, getPriority, setPriority } from 'node:os';

/** The priority of threads that go last. */
export const LAST = constants.priority.PRIORITY_BELOW_NORMAL;

/**
 * Lets other threads go first from now on: without that, computing faces on every core, and the functions of many
 * executions, keep the services and the dashboard waiting. Not the lowest priority: beside programs that use every core,
 * the face models would take minutes to load and functions would time out. Only Linux gives each thread a priority of
 * its own; elsewhere it would be that of the process.
 */
export function goLast(): void {
  // A program that was started with a lower priority must not raise it.
  if (process.platform === 'linux' && getPriority() < LAST) setPriority(LAST);
}
