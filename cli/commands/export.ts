import { Command } from 'commander';
import { type Target, type TargetOptions } from '../../client/deployment/target.ts';
import { UsageError } from '../../client/failure.ts';
import { findPerson } from '../../client/people/find-person.ts';
import { counted, printable } from '../../client/text.ts';
import { withExistingAccount } from '../embedded-account.ts';
import { exportPerson } from '../export/person.ts';
import { type Terminal } from '../terminal.ts';
import { exportSidecars } from '../xmp/export.ts';
import { awsOption, dataOption } from './options.ts';

interface Options extends TargetOptions {
  readonly to?: string;
  readonly xmp?: string;
}

export const exportCommand = (terminal: Terminal) =>
  new Command('export')
    .summary('copy everything that is held on a person, or names as XMP sidecars')
    .description(
      'With a person, copies everything that is held on the person into a folder: portraits, crops, rows, decisions, and ' +
        'the results of the photos, with an index. With --xmp, writes faces and names of all photos as XMP sidecars, which ' +
        'other photo software shows. Sidecars that are there are left alone.',
    )
    .argument('[person]', 'a name, or an id where two people share a name')
    .option('--to <dir>', 'a new or empty folder')
    .option('--xmp <dir>', 'a folder for sidecars: party.jpg.xmp for party.jpg')
    .addOption(dataOption())
    .addOption(awsOption())
    .addHelpText('after', '\nExample:\n  rollcall export "John Doe" --to john-doe\n  rollcall export --xmp sidecars')
    .action(async (person: string | undefined, { to, xmp, ...options }: Options) => {
      const work = workOf(terminal, person, to, xmp);
      await withExistingAccount(options, terminal, work);
    });

function workOf(terminal: Terminal, person?: string, to?: string, xmp?: string): (target: Target) => Promise<void> {
  if (person !== undefined && to !== undefined && xmp === undefined) {
    return (target) => copyPerson(target, terminal, person, to);
  }
  if (xmp !== undefined && person === undefined && to === undefined) {
    return (target) => writeSidecars(target, terminal, xmp);
  }
  throw new UsageError('Name a person and a folder (--to), or with --xmp a folder for sidecars.');
}

async function copyPerson(target: Target, terminal: Terminal, person: string, to: string): Promise<void> {
  const found = await findPerson(target, person);
  const { portraits, crops, processed, missing } = await exportPerson(target, found, to);
  const files = `${counted(portraits, 'portrait')}, ${counted(crops, 'crop')}, ${counted(processed, 'result')}`;
  terminal.note(`${printable(found.name)} is in ${to}: ${files}. It holds personal data: keep it safe.`);
  if (missing > 0) terminal.note(`${counted(missing, 'file')} named by rows are gone: index.json has them.`);
}

async function writeSidecars(target: Target, terminal: Terminal, folder: string): Promise<void> {
  const { written, kept } = await exportSidecars(target, terminal, folder);
  terminal.note(`${counted(written, 'sidecar')} written to ${folder}. They name people: keep them safe.`);
  if (kept > 0) terminal.note(`${counted(kept, 'sidecar was', 'sidecars were')} there before, and left as they are.`);
}
