import { Command } from 'commander';
import { type TargetOptions } from '../../client/deployment/target.ts';
import { renamePerson } from '../../client/people/changes.ts';
import { findPerson } from '../../client/people/find-person.ts';
import { personName } from '../../client/people/person-name.ts';
import { printable } from '../../client/text.ts';
import { withExistingAccount } from '../embedded-account.ts';
import { type Terminal } from '../terminal.ts';
import { awsOption, dataOption } from './options.ts';

export const renameCommand = (terminal: Terminal) =>
  new Command('rename')
    .summary('give a person another name')
    .description(
      'Gives a person another name, also in the rows and files of all photos. Nothing is enrolled again; the earlier name still means this person when you enrol.',
    )
    .argument('<person>', 'a name, or an id where two people share a name')
    .argument('<name>', 'the new name, in any script')
    .addOption(dataOption())
    .addOption(awsOption())
    .addHelpText('after', '\nExample:\n  rollcall rename "John Doe" "John Roe"')
    .action(async (person: string, typed: string, options: TargetOptions) => {
      personName(typed);
      await withExistingAccount(options, terminal, async (target) => {
        const known = await findPerson(target, person);
        const { person_id } = known;
        const by = { target, signal: terminal.signal };
        const { name, namesakes, isAlias } = await renamePerson(by, known, typed);
        terminal.note(`${printable(known.name)} is now called ${printable(name)} (${person_id}).`);
        if (namesakes.length > 0) {
          terminal.note(`Others have this name as well: ${namesakes.map((one) => one.person_id).join(', ')}.`);
        } else if (!isAlias) {
          terminal.note(`Photos under enroll/${printable(name)}/ are for somebody who had this name before.`);
        }
      });
    });
