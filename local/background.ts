import { constants, setPriority } from 'node:os';

/**
 * Lets other threads go first from now on: without that, computing faces on every core, and the functions of many
 * executions, keep the services and the dashboard waiting. Only Linux gives each thread a priority of its own;
 * elsewhere it would be that of the process.
 */
export function goLast(): void {
  if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_LOW);
}
