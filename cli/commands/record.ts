import { Command } from 'commander';
import { writeFile } from 'node:fs/promises';
import { type Target, type TargetOptions } from '../../client/deployment/target.ts';
import { Failure } from '../../client/failure.ts';
import { findItem } from '../../client/recovery/failures.ts';
import { counted, printable } from '../../client/text.ts';
import { buildCase } from '../../recording/build-case.ts';
import type { Case } from '../../schemas/case.ts';
import { machineOfExecution } from '../../statemachines/registry.ts';
import { withExistingAccount } from '../embedded-account.ts';
import { type Terminal } from '../terminal.ts';
import { awsOption, dataOption } from './options.ts';

export const recordCommand = (terminal: Terminal) =>
  new Command('record')
    .summary('write an execution to a file, to replay it')
    .description(
      'Writes an execution as a case: its input, the result of each task, and each AWS call with its answer if it ran ' +
        'in an embedded account that was started with --record. Without pictures, and with made-up names for people.',
    )
    .argument('<execution>', "an execution's ARN; or a photo, or an enrolment by its key, for its latest")
    .requiredOption('-o, --output <file>', 'where to write the case')
    .addOption(dataOption())
    .addOption(awsOption())
    .addHelpText('after', '\nExample:\n  rollcall record party/a.jpg -o case.json && rollcall replay case.json')
    .action(async (execution: string, options: TargetOptions & { output: string }) => {
      const dataDir = options.aws ? undefined : options.data;
      const recorded = await withExistingAccount(options, terminal, async (target) =>
        buildCase(target.sfn, await arnOf(target, execution), dataDir),
      );
      await writeFile(options.output, `${JSON.stringify(recorded, null, 2)}\n`);
      terminal.note(summaryOf(recorded, options.output));
    });

async function arnOf(target: Target, execution: string): Promise<string> {
  if (execution.startsWith('arn:')) {
    if (machineOfExecution(execution)) return execution;
    throw new Failure(`${printable(execution)} is not an execution of one of Rollcall's state machines.`);
  }
  const work = await findItem(target, execution);
  if (!work)
    throw new Failure(`There is no photo or enrolment ${printable(execution)}, and it is not the ARN of an execution.`);
  return work.execution_arn;
}

function summaryOf({ tasks, end }: Case, file: string): string {
  const calls = tasks.flatMap((task) => task.calls ?? []).length;
  const without = 'no calls: only an embedded account that was started with --record keeps them';
  return `${file}: ${end.status}, ${counted(tasks.length, 'task')}, ${calls > 0 ? counted(calls, 'call') : without}.`;
}
