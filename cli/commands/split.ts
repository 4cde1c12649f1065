import { Command } from 'commander';
import { decide } from '../../client/decisions/decide.ts';
import { personCalled } from '../../client/decisions/person.ts';
import type { TargetOptions } from '../../client/deployment/target.ts';
import { Failure } from '../../client/failure.ts';
import { addPerson } from '../../client/people/change-people.ts';
import { findPerson, idsOf } from '../../client/people/find-person.ts';
import { personName } from '../../client/people/person-name.ts';
import { splitOff } from '../../client/people/split.ts';
import { counted, printable } from '../../client/text.ts';
import { withExistingAccount } from '../embedded-account.ts';
import { facesOf } from '../report/batch.ts';
import { noteMoved } from '../report/moves.ts';
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
        const to = newPerson ? await addPerson(target, personName(called)) : await personCalled(target, called);
        if (idsOf(person).includes(to.person_id)) {
          throw new Failure(
            `${printable(called)} is ${printable(person.name)} already. Give another name, or add --new-person. Somebody who was merged comes back with rollcall unmerge.`,
          );
        }
        const { named, moves } = await splitOff(target, person, given, to);
        const decisions = [...named, ...moves.recognized, ...moves.decisions];
        const people = [{ person_id: to.person_id, name: to.name }];
        const batch = await decide(target, terminal.signal, { people, decisions, portraits: [...moves.portraits] });
        const moved = await noteMoved(target, terminal, moves);
        const faces = [...named.filter(({ kind }) => kind === 'PERSON'), ...moves.recognized];
        terminal.note(
          `Now ${printable(to.name)} (${to.person_id}): ${facesOf(faces)}, ${counted(moved, 'portrait')}. To take it back: rollcall undo ${batch}`,
        );
        if (moved < moves.portraits.length) throw new Failure('Not every portrait could be moved.');
      }),
    );
