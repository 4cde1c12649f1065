import { Command } from 'commander';
import { readPeople } from '../../client/deployment/queries.ts';
import { type TargetOptions } from '../../client/deployment/target.ts';
import { withAccount } from '../embedded-account.ts';
import { EXIT } from '../exit.ts';
import { noteEnrolments, noteUnchanged, printPhotos } from '../report/output.ts';
import { reportOf } from '../report/photo-result.ts';
import type { Terminal } from '../terminal.ts';
import { filesUnder } from '../upload/files.ts';
import { uploadAndWait } from '../upload/upload-and-wait.ts';
import { photoItems, photoUploads, portraitItems, PORTRAIT_UPLOADS } from '../upload/upload-kinds.ts';
import { awsOption, dataOption, forceOption, jsonOption } from './options.ts';

interface Options extends TargetOptions {
  readonly people?: string;
  readonly json?: boolean;
  readonly force?: boolean;
}

export const recognizeCommand = (terminal: Terminal) =>
  new Command('recognize')
    .summary('tell who is in photos')
    .description(
      'Tells who is in the photos: every file under each PATH goes to input/ under its relative path.\n' +
        'What was processed before, with the same bytes, is shown again and not processed twice.',
    )
    .argument('<path...>', 'photos, or folders of photos')
    .option('--people <dir>', 'enrol these first: DIR/John Doe/any.jpg or DIR/john_doe.jpg, one face per photo')
    .addOption(dataOption())
    .addOption(awsOption())
    .addOption(jsonOption())
    .addOption(forceOption())
    .addHelpText(
      'after',
      '\nExample:\n  rollcall recognize holiday/ --people friends/\n\nExit codes: 0 done (also if a file is no picture: REJECTED), 1 something failed, 2 wrong usage',
    )
    .action((paths: string[], options: Options) => recognize(terminal, paths, options));

async function recognize(terminal: Terminal, paths: string[], options: Options): Promise<void> {
  const photos = await filesUnder(paths, terminal.note, options.people);
  const portraits = options.people === undefined ? [] : await filesUnder([options.people], terminal.note);
  await withAccount(options, terminal, async (target) => {
    const by = { target, terminal, force: options.force ?? false };
    // People first, because a photo is compared with those who are enrolled at that time.
    const enrolled = await uploadAndWait(by, PORTRAIT_UPLOADS, portraitItems(portraits));
    const unenrolled = noteEnrolments(terminal, enrolled, await readPeople(target));
    const outcomes = await uploadAndWait(by, await photoUploads(target), photoItems(photos));
    const unrecognized = await printPhotos(target, terminal, outcomes, (outcome) => reportOf(target, outcome), options);
    noteUnchanged(terminal, outcomes);
    if (unenrolled || unrecognized) process.exitCode = EXIT.failed;
  });
}
