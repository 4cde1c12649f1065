import { Command } from 'commander';
import { bring } from '../upload/upload-and-wait.ts';
import { EXIT } from '../failure.ts';
import { filesUnder } from '../upload/files.ts';
import { photoItems, photosOf, portraitItems, PORTRAITS } from '../upload/upload-kinds.ts';
import { dataOption, forceOption, jsonOption } from './options.ts';
import { noteEnrolments, noteKnown, printPhotos } from '../report/output.ts';
import { showAll } from '../report/photo-result.ts';
import { withAccount } from '../deployment/target.ts';
import type { Terminal } from '../terminal.ts';

interface Options {
  readonly people?: string;
  readonly data: string;
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
    .option('--people <dir>', 'enrol these first: DIR/John Doe/any.jpg or DIR/john_doe.jpg, one face a photo')
    .addOption(dataOption())
    .addOption(jsonOption())
    .addOption(forceOption())
    .addHelpText(
      'after',
      '\nExample:\n  rollcall recognize holiday/ --people friends/\n\nExit codes: 0 done (a photo that is none is done, too: REJECTED), 1 something failed, 2 wrong usage',
    )
    .action((paths: string[], options: Options) => recognize(terminal, paths, options));

async function recognize(terminal: Terminal, paths: string[], options: Options): Promise<void> {
  const photos = await filesUnder(paths, options.people);
  const portraits = options.people === undefined ? [] : await filesUnder([options.people]);
  await withAccount(options.data, terminal, async (target) => {
    const by = { target, terminal, force: options.force ?? false };
    // People first: a photo is compared with those who are enrolled when its turn comes.
    const enrolled = await bring(by, PORTRAITS, portraitItems(portraits));
    const unenrolled = noteEnrolments(terminal, enrolled);
    const outcomes = await bring(by, await photosOf(target), photoItems(photos));
    const unrecognized = await printPhotos(target, terminal, await showAll(target, outcomes), options);
    noteKnown(terminal, outcomes);
    if (unenrolled || unrecognized) process.exitCode = EXIT.failed;
  });
}
