import { Command } from 'commander';
import { decide } from '../../client/decisions/decide.ts';
import { queryIndex } from '../../client/deployment/queries.ts';
import { type TargetOptions } from '../../client/deployment/target.ts';
import { Failure } from '../../client/failure.ts';
import { movesBack } from '../../client/people/portraits.ts';
import { counted, printable } from '../../client/text.ts';
import { Decision, isOfPortrait, type NewDecision } from '../../schemas/decisions.ts';
import { withExistingAccount } from '../embedded-account.ts';
import { facesOf, noteBatch } from '../report/batch.ts';
import { noteMoved } from '../report/moves.ts';
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
        const entries = await queryIndex(target, {
          table: 'decisions',
          index: 'by-batch',
          value: batch,
          schema: Decision,
        });
        if (entries.length === 0) {
          throw new Failure(`Nothing was decided under ${printable(batch)}. rollcall decisions lists what was.`);
        }
        const faces = entries.filter((entry) => !isOfPortrait(entry)).map(undoing);
        const moves = await movesBack(target, entries);
        const portraits = [...moves.portraits];
        const decisions = [...faces, ...moves.recognized, ...moves.decisions];
        const undone = await decide(target, terminal.signal, { people: [], decisions, portraits });
        const moved = await noteMoved(target, terminal, moves);
        const asked = entries.filter(({ kind }) => kind === 'PORTRAIT').length;
        noteBatch(
          terminal,
          `Taken back: ${facesOf(faces)}${asked > 0 ? `, ${counted(moved, 'portrait')}` : ''}`,
          undone,
        );
        if (moved < asked) throw new Failure(`${counted(asked - moved, 'portrait')} could not be moved back.`);
      }),
    );

const undoing = ({ photo, entry, image_id, etag, bounding_box }: Decision): NewDecision => ({
  kind: 'UNDO',
  photo,
  undoes: entry,
  image_id,
  etag,
  bounding_box,
  source: 'manual',
});
