import { Config } from '../../schemas/config.ts';
import { TASK_NAMES, type TaskName } from '../../schemas/tasks.ts';
import type { Machine } from '../../statemachines/asl.ts';
import { MACHINE_NAMES, machineEntry, type MachineName } from '../../statemachines/registry.ts';
import { accountId, region } from '../local/lambda/bundles.ts';

export const ARNS = Object.fromEntries(
  TASK_NAMES.map((name) => [name, `arn:aws:lambda:${region}:${accountId}:function:${name}`]),
) as Record<TaskName, string>;

/** Every state machine, as the default settings make it. */
export const MACHINES = Object.fromEntries(
  MACHINE_NAMES.map((name) => [
    name,
    machineEntry(name).define({ functions: ARNS, putEvents: 'arn:aws:states:::events:putEvents' }, Config.parse({})),
  ]),
) as Record<MachineName, Machine>;
