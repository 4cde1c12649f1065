import { Command } from 'commander';
import { withAccount, type TargetOptions } from '../deployment/target.ts';
import { EXIT, UsageError } from '../failure.ts';
import { noteEnrolments } from '../report/output.ts';
import type { Terminal } from '../terminal.ts';
import { filesUnder } from '../upload/files.ts';
import { uploadAndWait } from '../upload/upload-and-wait.ts';
import { portraitItems, PORTRAIT_UPLOADS } from '../upload/upload-kinds.ts';
import { awsOption, dataOption } from './options.ts';

export const enrollCommand = (terminal: Terminal) =>
  new Command('enroll')
    .summary('teach the account a face')
    .description(
      'Enrols a person by photos that show them and nobody else, in the embedded account, or with --aws in the deployed one.',
    )
    .argument('<name>', 'the person, in any script')
    .argument('<path...>', 'photos with one face each, or folders of them')
    .addOption(dataOption())
    .addOption(awsOption())
    .addHelpText(
      'after',
      '\nExample:\n  rollcall enroll "John Doe" john1.jpg john2.jpg\n\nExit codes: 0 all are enrolled, 1 a photo was refused or failed, 2 wrong usage',
    )
    .action(async (name: string, paths: string[], options: TargetOptions) => {
      const person = name.trim();
      if (person === '' || person.includes('/') || person.startsWith('.')) {
        throw new UsageError(`"${name}" is not a name: it must not be empty, start with a dot or contain a slash.`);
      }
      const files = (await filesUnder(paths, terminal.note)).map(({ path, name: file }) => ({
        path,
        name: `${person}/${file}`,
      }));
      const outcomes = await withAccount(options, terminal, (target) =>
        uploadAndWait({ target, terminal }, PORTRAIT_UPLOADS, portraitItems(files)),
      );
      noteEnrolments(terminal, outcomes);
      if (outcomes.some(({ row }) => row?.status !== 'ENROLLED')) process.exitCode = EXIT.failed;
    });
