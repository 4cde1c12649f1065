import { Command } from 'commander';
import { undoBatch } from '../../client/decisions/undo.ts';
import { type TargetOptions } from '../../client/deployment/target.ts';
import { Failure } from '../../client/failure.ts';
import { counted } from '../../client/text.ts';
import { withExistingAccount } from '../embedded-account.ts';
import { facesOf, noteBatch } from '../report/batch.ts';
import { noteStayed } from '../report/moves.ts';
import { type Terminal } from '../terminal.ts';
import { awsOption, dataOption } from './options.ts';

export const undoCommand = (terminal: Terminal) =>
  new Command('undo')
    .summary('take decisions back')
    .description('Takes back what one command decided. That is a decision itself, and can be taken back as well.')
    .argument('<batch>', 'as the command printed it; rollcall decisions lists them')
    .addOption(dataOption())
    .addOption(awsOption())
    .addHelpText('after', '\nExample:\n  rollcall undo 20261124195959-1a2b3c4d')
    .action((batch: string, options: TargetOptions) =>
      withExistingAccount(options, terminal, async (target) => {
        const { batch: undone, faces, portraits, stayed } = await undoBatch({ target, signal: terminal.signal }, batch);
        noteStayed(terminal, stayed);
        const moved = portraits - stayed.length;
        noteBatch(
          terminal,
          `Taken back: ${facesOf(faces)}${portraits > 0 ? `, ${counted(moved, 'portrait')}` : ''}`,
          undone,
        );
        if (stayed.length > 0) throw new Failure(`${counted(stayed.length, 'portrait')} could not be moved back.`);
      }),
    );
