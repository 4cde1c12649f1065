import { Command } from 'commander';
import { withExistingAccount, type TargetOptions } from '../deployment/target.ts';
import { exportPerson } from '../export/person.ts';
import { UsageError } from '../failure.ts';
import { findPerson } from '../people/find-person.ts';
import { counted, printable, type Terminal } from '../terminal.ts';
import { awsOption, dataOption } from './options.ts';

interface Options extends TargetOptions {
  readonly to?: string;
}

export const exportCommand = (terminal: Terminal) =>
  new Command('export')
    .summary('copy everything that is held on a person')
    .description(
      'Copies everything that is held on a person into a folder: portraits, crops, rows, decisions, and the results of the photos, with an index.',
    )
    .argument('[person]', 'a name, or an id where two people share a name')
    .option('--to <dir>', 'a new or empty folder')
    .addOption(dataOption())
    .addOption(awsOption())
    .addHelpText('after', '\nExample:\n  rollcall export "John Doe" --to john-doe')
    .action(async (person: string | undefined, options: Options) => {
      const { to } = options;
      if (person === undefined || to === undefined) {
        throw new UsageError('Name a person, and with --to a folder for what is held on the person.');
      }
      await withExistingAccount(options, terminal, async (target) => {
        const found = await findPerson(target, person);
        const { portraits, crops, processed, missing } = await exportPerson(target, found, to);
        const files = `${counted(portraits, 'portrait')}, ${counted(crops, 'crop')}, ${counted(processed, 'result')}`;
        terminal.note(`${printable(found.name)} is in ${to}: ${files}. It holds personal data: keep it safe.`);
        if (missing > 0) terminal.note(`${counted(missing, 'file')} named by rows are gone: index.json has them.`);
      });
    });
