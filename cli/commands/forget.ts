import { Command } from 'commander';
import { readAccount } from '../../client/deployment/endpoint-file.ts';
import { type Target, type TargetOptions } from '../../client/deployment/target.ts';
import { UsageError } from '../../client/failure.ts';
import { forgetNameless, forgetPerson } from '../../client/forgetting/forget.ts';
import { namelessFaces } from '../../client/forgetting/nameless.ts';
import { facesToForget, idToForget } from '../../client/forgetting/person.ts';
import { verifyForgotten } from '../../client/forgetting/verify.ts';
import { counted } from '../../client/text.ts';
import { addForgotten, removePictures } from '../../local/forgetting/forgotten-file.ts';
import { withExistingAccount } from '../embedded-account.ts';
import { EXIT } from '../exit.ts';
import { describeReceipt, describeVerified } from '../report/receipt.ts';
import { type Terminal } from '../terminal.ts';
import { awsOption, dataOption, daysOf } from './options.ts';

interface Options extends TargetOptions {
  readonly photos?: boolean;
  readonly verify?: boolean;
  readonly unknown?: boolean;
  readonly olderThan?: number;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

export const forgetCommand = (terminal: Terminal) =>
  new Command('forget')
    .summary('remove everything about a person')
    .description(
      'Removes a person for good: faces in the collection, enrolment photos with all versions, crops, names and ids in ' +
        'rows and files. Then reads everything back and prints a receipt. The photos stay, with the face unknown, unless ' +
        '--photos is given. Interrupted, the same command goes on.',
    )
    .argument('[person]', 'the name, or the id (p_…) if several have the name; with --verify also a receipt')
    .option('--unknown', 'instead: faces that nobody is named for. Crops and measures go, the photos stay')
    .option('--older-than <days>', 'with --unknown: only in photos uploaded longer ago, such as 30d', daysOf)
    .option('--photos', 'remove the photos that the person is in as well, with all versions')
    .option('--verify', 'only read everything back about somebody who was forgotten, and say if something is there')
    .option('--dry-run', 'only say what would be removed')
    .option('--yes', 'do it: it cannot be undone')
    .addOption(dataOption())
    .addOption(awsOption())
    .addHelpText(
      'after',
      '\nExample:\n  rollcall forget "John Doe" --dry-run\n  rollcall forget "John Doe" --yes\n  rollcall forget "John Doe" --verify\n  rollcall forget --unknown --older-than 30d --yes' +
        '\n\nExit codes: 0 done, 1 something failed, or --verify found something, 2 wrong usage',
    )
    .action(async (person: string | undefined, options: Options) => {
      checkUsage(person, options);
      if (options.unknown) return forgetUnknown(terminal, options.olderThan!, options);
      if (person === undefined) throw new UsageError('Name a person, or give --unknown.');
      if (options.verify) return verify(terminal, person, options);
      if (options.dryRun) return tell(terminal, person, options);
      return forget(terminal, person, options);
    });

function checkUsage(person: string | undefined, options: Options): void {
  const { photos, verify: verifies, unknown, olderThan, dryRun, yes } = options;
  if (unknown && (person !== undefined || photos || verifies)) {
    throw new UsageError('--unknown is about faces that nobody is named for. Leave out person, --photos and --verify.');
  }
  if ((unknown === undefined) !== (olderThan === undefined)) {
    throw new UsageError('--unknown and --older-than belong together: rollcall forget --unknown --older-than 30d');
  }
  if (verifies && (photos || dryRun || yes)) throw new UsageError('--verify removes nothing. Give it alone.');
  if (verifies || dryRun || yes) return;
  throw new UsageError('Forgetting cannot be undone. See what it removes with --dry-run, then give --yes.');
}

async function forget(terminal: Terminal, person: string, { photos = false, ...options }: Options): Promise<void> {
  await withExistingAccount(options, terminal, async (target) => {
    const { receipt, receipt_key, ids } = await forgetPerson(target, person, { photos, signal: terminal.signal });
    if (!options.aws) await addForgotten(options.data, ids);
    terminal.print(describeReceipt(receipt, receipt_key));
  });
  if (!options.aws) await scrubLaptop(options.data, terminal);
}

async function forgetUnknown(terminal: Terminal, days: number, options: Options): Promise<void> {
  await withExistingAccount(options, terminal, async (target) => {
    if (options.dryRun) {
      const { faces, photos } = await namelessFaces(target, days, new Date());
      const within = `${counted(faces, 'face')} in ${counted(photos, 'photo')}`;
      terminal.print(`Would remove crops, search answers and measures of ${within}. The photos stay.`);
      return;
    }
    const { receipt, receipt_key } = await forgetNameless(target, days, terminal.signal);
    if (!options.aws) await removePictures(options.data);
    terminal.print(describeReceipt(receipt, receipt_key));
  });
}

/** Also removes what the embedded account keeps in its own files, as soon as it does not run. */
async function scrubLaptop(data: string, terminal: Terminal): Promise<void> {
  if (await readAccount(data)) {
    terminal.note('Executions, logs and deleted data in the data folder are cleaned when the account starts next.');
    return;
  }
  // Loaded on demand, as the account itself is.
  const { scrubForgotten } = await import('../../local/forgetting/scrub.ts');
  await scrubForgotten(data);
}

async function verify(terminal: Terminal, person: string, options: Options): Promise<void> {
  const { ids, left } = await withExistingAccount(options, terminal, async (target) => {
    const verified = await verifyForgotten(target, person, terminal.signal);
    terminal.print(describeVerified(verified));
    return verified;
  });
  if (left > 0) process.exitCode = EXIT.failed;
  if (left > 0 || options.aws) return;
  // The execution that looked for the id has it in its history.
  await addForgotten(options.data, ids);
  await scrubLaptop(options.data, terminal);
}

const tell = (terminal: Terminal, person: string, options: Options): Promise<void> =>
  withExistingAccount(options, terminal, async (target) => terminal.print(await plan(target, person, options)));

async function plan(target: Target, person: string, { photos: withPhotos }: Options): Promise<string> {
  const id = await idToForget(target, person);
  const { faces, photos } = await facesToForget(target, id);
  const within = counted(photos, 'photo');
  return [
    `Would remove ${id} with all enrolment photos and vectors.`,
    withPhotos
      ? `Would remove ${within} with all versions.`
      : `Would make ${counted(faces, 'face')} in ${within} unknown, and remove the crops. The photos stay.`,
    'Would remove the person from the candidates of other faces, from files and from dead letters.',
  ].join('\n');
}
