import { Command } from 'commander';
import type { TargetOptions } from '../../client/deployment/target.ts';
import { Failure } from '../../client/failure.ts';
import { findPerson } from '../../client/people/find-person.ts';
import { splitPerson } from '../../client/people/split.ts';
import { counted, printable } from '../../client/text.ts';
import { withExistingAccount } from '../embedded-account.ts';
import { facesOf } from '../report/batch.ts';
import { noteStayed } from '../report/moves.ts';
import type { Terminal } from '../terminal.ts';
import { awsOption, dataOption } from './options.ts';

interface Options extends TargetOptions {
  readonly to: string;
  readonly newPerson?: boolean;
}

export const splitCommand = (terminal: Terminal) =>
  new Command('split')
    .summary('give faces and portraits of a person to another one')
    .description(
      'Takes faces in photos, and portraits, off a person who turned out to be two. A portrait is enrolled for the other person, with one paid call, and takes along the faces that were recognized by it.',
    )
    .argument('<person>', 'who turned out to be two: a name or an id')
    .argument('<face-or-portrait...>', 'faces, such as party.jpg#0, and portraits, such as enroll/John Doe/3.jpg')
    .requiredOption('--to <name>', 'who they are: a new or a known name, or an id')
    .option('--new-person', 'somebody else than the person who has this name already')
    .addOption(dataOption())
    .addOption(awsOption())
    .addHelpText('after', '\nExample:\n  rollcall split "John Doe" party.jpg#0 "enroll/John Doe/3.jpg" --to "Jack Doe"')
    .action((wanted: string, given: string[], { to: called, newPerson = false, ...options }: Options) =>
      withExistingAccount(options, terminal, async (target) => {
        const person = await findPerson(target, wanted);
        const by = { target, signal: terminal.signal };
        const { batch, to, faces, portraits, stayed } = await splitPerson(by, person, { given, called, newPerson });
        noteStayed(terminal, stayed);
        terminal.note(
          `Now ${printable(to.name)} (${to.person_id}): ${facesOf(faces)}, ${counted(portraits - stayed.length, 'portrait')}. To take it back: rollcall undo ${batch}`,
        );
        if (stayed.length > 0) throw new Failure('Not every portrait could be moved.');
      }),
    );
