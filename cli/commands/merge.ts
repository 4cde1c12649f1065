import { Command } from 'commander';
import { type TargetOptions } from '../../client/deployment/target.ts';
import { mergePeople } from '../../client/people/changes.ts';
import { findPerson } from '../../client/people/find-person.ts';
import { printable } from '../../client/text.ts';
import { withExistingAccount } from '../embedded-account.ts';
import { type Terminal } from '../terminal.ts';
import { awsOption, dataOption } from './options.ts';

export const mergeCommand = (terminal: Terminal) =>
  new Command('merge')
    .summary('make one person of two')
    .description(
      'Makes the first person the second one: in all photos, in lists, and in what is recognized from now on. Nothing is enrolled again. rollcall unmerge takes it back.',
    )
    .argument('<person>', 'who turned out to be somebody else: a name or an id')
    .argument('<into>', 'who that is: a name or an id')
    .addOption(dataOption())
    .addOption(awsOption())
    .addHelpText('after', '\nExample:\n  rollcall merge "Johnny" "John Doe"')
    .action((first: string, second: string, options: TargetOptions) =>
      withExistingAccount(options, terminal, async (target) => {
        const [person, into] = [await findPerson(target, first), await findPerson(target, second)];
        await mergePeople({ target, signal: terminal.signal }, person, into);
        terminal.note(
          `${printable(person.name)} is now ${printable(into.name)}. To take it back: rollcall unmerge ${person.person_id}`,
        );
      }),
    );
