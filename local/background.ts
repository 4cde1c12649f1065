import { constants, setPriority } from 'node:os';

/**
 * Lets other threads go first from now on: without that, computing faces on every core, and the functions of many
 * executions, keep the services and the dashboard waiting. Not the lowest priority: beside programs that use every core,
 * the face models would take minutes to load and functions would time out. Only Linux gives each thread a priority of
 * its own; elsewhere it would be that of the process.
 */
export function goLast(): void {
  if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
}
