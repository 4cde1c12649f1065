import { Command, InvalidArgumentError } from 'commander';
import { type Target, type TargetOptions } from '../../client/deployment/target.ts';
import { Failure, UsageError } from '../../client/failure.ts';
import {
  listFailures,
  nameOfItem,
  findItem,
  type FailureFilter,
  type FailedItem,
} from '../../client/recovery/failures.ts';
import {
  recoverAll,
  REDRIVES_PER_SECOND,
  type Recovered,
  type RecoverySettings,
} from '../../client/recovery/recover-all.ts';
import type { RecoveryAction } from '../../client/recovery/recover.ts';
import { printable } from '../../client/text.ts';
import { withExistingAccount } from '../embedded-account.ts';
import { EXIT } from '../exit.ts';
import { type Terminal } from '../terminal.ts';
import { awsOption, dataOption, sinceOf } from './options.ts';

interface Options extends FailureFilter, TargetOptions {
  readonly all?: boolean;
  readonly dryRun?: boolean;
  readonly rate: number;
}

export const redriveCommand = (terminal: Terminal) =>
  new Command('redrive')
    .summary('try again what failed, from where it stopped')
    .description(
      'Redrives failed executions: what had succeeded in them is not done again. Where that cannot be, it ' +
        'starts anew with the same input, and says why. Interrupted, the same command goes on with the rest.',
    )
    .argument('[image-id...]', 'photos, as results names them; enrolments by their key, enroll/…')
    .option('--all', 'everything that failed')
    .option('--error <name>', 'what failed with this error')
    .option(
      '--since <time>',
      'what failed and was uploaded at this time or later: 2026-11-23 or 2026-11-23T18:05:00Z',
      sinceOf,
    )
    .option('--dry-run', 'only say what would be done')
    .option('--rate <n>', 'how many per second', rateOf, REDRIVES_PER_SECOND)
    .addOption(dataOption())
    .addOption(awsOption())
    .addHelpText('after', '\nExamples:\n  rollcall redrive party/a.jpg\n  rollcall redrive --error ThrottlingException')
    .action(async (ids: string[], options: Options) => {
      checkChoice(ids, options);
      await withExistingAccount(options, terminal, async (target) => {
        const items = ids.length > 0 ? await findItems(target, ids) : await listFailures(target, options);
        if (!(await printRecovery(target, terminal, items, options))) process.exitCode = EXIT.failed;
        await target.idle?.();
      });
    });

function rateOf(text: string): number {
  const rate = Number(text);
  if (rate > 0 && rate <= 1000) return rate;
  throw new InvalidArgumentError('A rate is a number per second, above 0 and up to 1000.');
}

function checkChoice(ids: readonly string[], { all, error, since }: Options): void {
  const filtered = error !== undefined || since !== undefined;
  if (ids.length > 0 && (all || filtered)) throw new UsageError('Name photos, or choose them by options: not both.');
  if (ids.length === 0 && !all && !filtered) throw new UsageError('Name photos, or use --all, --error or --since.');
}

async function findItems(target: Target, ids: readonly string[]): Promise<FailedItem[]> {
  const items: FailedItem[] = [];
  for (const id of ids) {
    const item = await findItem(target, id);
    if (!item) throw new Failure(`There is no photo or enrolment ${printable(id)}. rollcall failed lists what failed.`);
    items.push(item);
  }
  return items;
}

/** Prints a line for each item when it is done. Returns whether all could be recovered. */
export async function printRecovery(
  target: Target,
  terminal: Terminal,
  items: readonly FailedItem[],
  settings: Omit<RecoverySettings, 'signal'>,
): Promise<boolean> {
  const { dryRun = false } = settings;
  const done: Record<Recovered['action'], number> = { redrive: 0, 'start anew': 0, 'leave alone': 0, fail: 0 };
  let number = 0;
  for await (const { item, action, reason } of recoverAll(target, items, { ...settings, signal: terminal.signal })) {
    done[action] += 1;
    number += 1;
    const what = action === 'fail' ? 'could not redrive' : dryRun ? `would ${action}` : DONE[action];
    terminal.print(`${number}/${items.length} ${what} ${printable(nameOfItem(item))}: ${printable(reason)}`);
  }
  terminal.note(summary(done, dryRun));
  return done.fail === 0;
}

const DONE: Record<RecoveryAction['action'], string> = {
  redrive: 'redrove',
  'start anew': 'started anew',
  'leave alone': 'left alone',
};

function summary(done: Record<Recovered['action'], number>, dryRun: boolean): string {
  const counts = [
    `${done.redrive} redriven`,
    `${done['start anew']} started anew`,
    `${done['leave alone']} left alone`,
    ...(done.fail > 0 ? [`${done.fail} could not be`] : []),
  ];
  return `${dryRun ? 'Nothing was done; it would be: ' : ''}${counts.join(', ')}.`;
}
