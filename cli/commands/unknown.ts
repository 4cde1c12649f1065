import { Command } from 'commander';
import { newBatch } from '../../client/decisions/decide.ts';
import { CALLS_TO_GROUP, readUnknown, type Unknown } from '../../client/decisions/groups.ts';
import { runMachine } from '../../client/deployment/execution.ts';
import { readPeople } from '../../client/deployment/queries.ts';
import { type Target, type TargetOptions } from '../../client/deployment/target.ts';
import { priceOf } from '../../client/prices.ts';
import { counted } from '../../client/text.ts';
import { withAccount, withExistingAccount } from '../embedded-account.ts';
import { groupResults, groupTable } from '../report/groups.ts';
import { type Terminal } from '../terminal.ts';
import { awsOption, dataOption, jsonOption } from './options.ts';

interface Options extends TargetOptions {
  readonly regroup?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export const unknownCommand = (terminal: Terminal) =>
  new Command('unknown')
    .summary('list the faces that nobody is named for, in groups')
    .description(
      'Lists the faces that nobody is named for. Those that are probably one person are a group, the largest first. ' +
        'A group keeps its id. name, stranger, wrong and not-a-face take groups as well as faces.',
    )
    .option('--regroup', 'group anew first: needed when photos were added, or faces decided')
    .option('--dry-run', 'with --regroup: only say how many calls it would take, and what they cost')
    .addOption(dataOption())
    .addOption(awsOption())
    .addOption(jsonOption('print one JSON line per group, and per suggestion'))
    .addHelpText('after', '\nExample:\n  rollcall unknown --regroup\n  rollcall name g_1a2b3c4d "John Doe"')
    .action((options: Options) => {
      // Only grouping looks at pictures.
      const inAccount = options.regroup && !options.dryRun ? withAccount : withExistingAccount;
      return inAccount(options, terminal, (target) => list(target, terminal, options));
    });

async function list(target: Target, terminal: Terminal, options: Options): Promise<void> {
  let unknown = await readUnknown(target);
  if (options.regroup) {
    terminal.note(announced(unknown, options));
    if (options.dryRun) return;
    const { batch: run } = newBatch();
    await runMachine(target, 'group-unknown', { bucket: target.deployment.bucket, run }, terminal.signal);
    unknown = await readUnknown(target);
  }
  const people = await readPeople(target);
  if (options.json) for (const line of groupResults(unknown, people)) terminal.print(JSON.stringify(line));
  else terminal.print(groupTable(unknown, people, terminal));
  const age = ageOf(unknown);
  if (age !== undefined) terminal.note(age);
}

function announced({ fresh }: Unknown, { aws = false }: Options): string {
  const calls = fresh * CALLS_TO_GROUP;
  const cost = aws ? `, about ${priceOf(calls)}` : '';
  return `${counted(fresh, 'unknown face was', 'unknown faces were')} in no grouping yet: at most ${counted(calls, 'call')}${cost}.`;
}

/** Whether the groups are older than what there is. */
function ageOf({ grouped_at, fresh }: Unknown): string | undefined {
  if (fresh === 0) return undefined;
  const faces = counted(fresh, 'unknown face');
  const again = 'rollcall unknown --regroup groups them.';
  return grouped_at === undefined
    ? `${faces}, in no groups yet: ${again}`
    : `The groups are of ${grouped_at}. ${counted(fresh, 'unknown face has', 'unknown faces have')} come since: ${again}`;
}
