import { Command } from 'commander';
import { type TargetOptions } from '../../client/deployment/target.ts';
import { unmergePerson } from '../../client/people/changes.ts';
import { findMerged } from '../../client/people/find-person.ts';
import { printable } from '../../client/text.ts';
import { withExistingAccount } from '../embedded-account.ts';
import { type Terminal } from '../terminal.ts';
import { awsOption, dataOption } from './options.ts';

export const unmergeCommand = (terminal: Terminal) =>
  new Command('unmerge')
    .summary('make two people again of one')
    .description('Takes a merge back: the person has the portraits and photos from before it, and those found since.')
    .argument('<person>', 'who was merged into somebody: a name or an id')
    .addOption(dataOption())
    .addOption(awsOption())
    .addHelpText('after', '\nExample:\n  rollcall unmerge "Johnny"')
    .action((wanted: string, options: TargetOptions) =>
      withExistingAccount(options, terminal, async (target) => {
        const { merged, root } = await findMerged(target, wanted);
        await unmergePerson({ target, signal: terminal.signal }, merged, root);
        terminal.note(`${printable(merged.name)} and ${printable(root.name)} are two people again.`);
      }),
    );
