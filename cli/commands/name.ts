import { Command } from 'commander';
import { decide } from '../../client/decisions/decide.ts';
import { about, findFaces } from '../../client/decisions/faces.ts';
import { personCalled } from '../../client/decisions/person.ts';
import { type TargetOptions } from '../../client/deployment/target.ts';
import { UsageError } from '../../client/failure.ts';
import { printable } from '../../client/text.ts';
import { withExistingAccount } from '../embedded-account.ts';
import { facesOf, noteBatch } from '../report/batch.ts';
import { type Terminal } from '../terminal.ts';
import { enrolFromCrops } from '../upload/crop-portraits.ts';
import { awsOption, dataOption } from './options.ts';

export const nameCommand = (terminal: Terminal) =>
  new Command('name')
    .summary('say who a face is')
    .description(
      'Says who faces are. It holds for these photos for good: no re-run and no new upload changes it. ' +
        'The best of the faces, at most five of a person, are enrolled as well, so that the person is found elsewhere. ' +
        'When a name is taken back, so is what was enrolled from the face.',
    )
    .argument(
      '<face-and-name...>',
      'faces, such as party.jpg#0, or groups of unknown faces, such as g_1a2b3c4d, and at last the name, or the id of a person',
    )
    .option('--no-enroll', 'only name the faces')
    .addOption(dataOption())
    .addOption(awsOption())
    .addHelpText('after', '\nExample:\n  rollcall name party.jpg#0 beach.jpg#3 "John Doe"')
    .action(async (given: string[], options: TargetOptions & { readonly enroll: boolean }) => {
      const [name = '', ...faces] = given.toReversed();
      if (faces.length === 0) throw new UsageError('Name at least one face: rollcall name party.jpg#0 "John Doe"');
      await withExistingAccount(options, terminal, async (target) => {
        const person = await personCalled(target, name);
        const found = await findFaces(target, faces.toReversed());
        const decisions = found.map((face) => about(face, { kind: 'PERSON', person_id: person.person_id }));
        const people = [{ person_id: person.person_id, name: person.name }];
        const batch = await decide(target, terminal.signal, { people, decisions });
        noteBatch(terminal, `Named ${printable(person.name)}: ${facesOf(decisions)}`, batch);
        if (options.enroll) await enrolFromCrops(target, terminal, person, found);
      });
    });
