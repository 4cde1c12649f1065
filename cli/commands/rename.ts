import { Command } from 'commander';
import { withExistingAccount, type TargetOptions } from '../deployment/target.ts';
import { renamePerson } from '../people/change-people.ts';
import { findPerson } from '../people/find-person.ts';
import { personName } from '../people/person-name.ts';
import { printable, type Terminal } from '../terminal.ts';
import { awsOption, dataOption } from './options.ts';

export const renameCommand = (terminal: Terminal) =>
  new Command('rename')
    .summary('give a person another name')
    .description(
      'Gives a person another name. Nothing is enrolled again; the earlier name still means this person when you enrol.',
    )
    .argument('<person>', 'a name, or an id where two people share a name')
    .argument('<name>', 'the new name, in any script')
    .addOption(dataOption())
    .addOption(awsOption())
    .addHelpText('after', '\nExample:\n  rollcall rename "John Doe" "John Roe"')
    .action(async (person: string, typed: string, options: TargetOptions) => {
      const name = personName(typed);
      await withExistingAccount(options, terminal, async (target) => {
        const known = await findPerson(target, person);
        const namesakes = await renamePerson(target, known, name);
        terminal.note(`${printable(known.name)} is now called ${printable(name)} (${known.person_id}).`);
        if (namesakes.length > 0) {
          terminal.note(`Others have this name as well: ${namesakes.map(({ person_id }) => person_id).join(', ')}.`);
        }
      });
    });
