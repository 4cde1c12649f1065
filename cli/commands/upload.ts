import { Command } from 'commander';
import { type TargetOptions } from '../../client/deployment/target.ts';
import { withAccount } from '../embedded-account.ts';
import { EXIT } from '../exit.ts';
import { noteUnchanged, printPhotos } from '../report/output.ts';
import { reportOf } from '../report/photo-result.ts';
import type { Terminal } from '../terminal.ts';
import { filesUnder } from '../upload/files.ts';
import { uploadAndWait } from '../upload/upload-and-wait.ts';
import { photoItems, photoUploads } from '../upload/upload-kinds.ts';
import { awsOption, dataOption, forceOption, jsonOption } from './options.ts';

interface Options extends TargetOptions {
  readonly json?: boolean;
  readonly force?: boolean;
}

export const uploadCommand = (terminal: Terminal) =>
  new Command('upload')
    .summary('add photos, and tell who is in them')
    .description('Uploads photos to the embedded account, or with --aws to the deployed one, and waits.')
    .argument('<path...>', 'photos, or folders of photos')
    .addOption(dataOption())
    .addOption(awsOption())
    .addOption(jsonOption())
    .addOption(forceOption())
    .addHelpText('after', '\nExample:\n  rollcall upload party.jpg')
    .action(async (paths: string[], options: Options) => {
      const photos = photoItems(await filesUnder(paths, terminal.note));
      await withAccount(options, terminal, async (target) => {
        const outcomes = await uploadAndWait(
          { target, terminal, force: options.force ?? false },
          await photoUploads(target),
          photos,
        );
        const failed = await printPhotos(target, terminal, outcomes, (outcome) => reportOf(target, outcome), options);
        noteUnchanged(terminal, outcomes);
        if (failed) process.exitCode = EXIT.failed;
      });
    });
