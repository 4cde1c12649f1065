import { Command } from 'commander';
import { type TargetOptions } from '../../client/deployment/target.ts';
import {
  listFailures,
  groupFailures,
  nameOfItem,
  type FailureFilter,
  type FailureGroup,
} from '../../client/recovery/failures.ts';
import { counted, printable } from '../../client/text.ts';
import { withExistingAccount } from '../embedded-account.ts';
import { type Terminal } from '../terminal.ts';
import { awsOption, dataOption, jsonOption, sinceOf } from './options.ts';

/** Enough to see what they have in common. */
const SHOWN = 5;

export const failedCommand = (terminal: Terminal) =>
  new Command('failed')
    .summary('list what failed, and why')
    .description('Lists photos and enrolments whose execution failed, by error and by the state it failed in.')
    .option('--since <time>', 'uploaded at this time or later: 2026-11-23 or 2026-11-23T18:05:00Z', sinceOf)
    .option('--error <name>', 'failed with this error')
    .addOption(dataOption())
    .addOption(awsOption())
    .addOption(jsonOption('print one JSON line per group'))
    .addHelpText('after', '\nExample:\n  rollcall failed --error ThrottlingException')
    .action(async (options: FailureFilter & TargetOptions & { json?: boolean }) => {
      const groups = await withExistingAccount(options, terminal, async (target) =>
        groupFailures(await listFailures(target, options)),
      );
      if (options.json) for (const group of groups) terminal.print(JSON.stringify(resultOf(group)));
      else if (groups.length === 0) terminal.print('Nothing failed.');
      else terminal.print(groups.map(describe).join('\n\n'));
    });

/** What `--json` prints of a group. Scripts rely on the names. */
export function resultOf({ error, state, items }: FailureGroup) {
  return {
    error,
    failed_state: state,
    count: items.length,
    failures: items.map((work) => ({
      id: nameOfItem(work),
      landed: work.timestamp,
      execution_arn: work.execution_arn,
      cause: work.cause ?? null,
    })),
  };
}

export function describe({ error, state, items }: FailureGroup): string {
  const [first, last] = [items[0]?.timestamp, items.at(-1)?.timestamp];
  const causes = [...new Set(items.flatMap(({ cause }) => cause || []))];
  return [
    `${printable(error)} in ${state}: ${counted(items.length, 'failure')}`,
    `  uploaded ${first === last ? first : `${first} to ${last}`}`,
    ...listed(causes, 'other causes'),
    ...listed(items.map(nameOfItem), 'others'),
    `  rollcall redrive --error ${error}`,
  ].join('\n');
}

function listed(all: readonly string[], others: string): string[] {
  const lines = all.slice(0, SHOWN).map((one) => `  ${printable(one)}`);
  return all.length > SHOWN ? [...lines, `  … and ${all.length - SHOWN} ${others}`] : lines;
}
