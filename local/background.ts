import { execFile } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { basename } from 'node:path';

/**
 * Lets other threads go first from now on: without that, computing faces on every core, and the functions of many
 * executions, keep the services and the dashboard waiting. Only Linux gives each thread a priority of its own;
 * elsewhere it would be that of the process.
 */
export function goLast(): void {
  if (process.platform !== 'linux') return;
  setPriority(constants.priority.PRIORITY_LOW);
  // Even so, a thread that wakes up can wait for milliseconds until this one is stopped; the policy for idle times is
  // without that. Node.js cannot set it. Where the command is missing, the priority has to do.
  execFile('chrt', ['--idle', '--pid', '0', basename(readlinkSync('/proc/thread-self'))], () => {});
}
