import { Command } from 'commander';
import { personCalled } from '../../client/decisions/person.ts';
import { countSearches, reRecognize } from '../../client/decisions/re-recognize.ts';
import type { TargetOptions } from '../../client/deployment/target.ts';
import { withAccount } from '../embedded-account.ts';
import { costOf, noteSearched } from '../report/re-recognition.ts';
import type { Terminal } from '../terminal.ts';
import { awsOption, dataOption, sinceOf } from './options.ts';

interface Options extends TargetOptions {
  readonly since?: Date;
  readonly person?: string;
  readonly unknownOnly?: boolean;
  readonly dryRun?: boolean;
}

export const reRecognizeCommand = (terminal: Terminal) =>
  new Command('re-recognize')
    .summary('search faces again')
    .description(
      'Searches faces again, against those who were enrolled since: those that nobody is named for, and those that a search ' +
        'has named and that may be more alike to somebody else by now. What was decided by hand stays.',
    )
    .option('--since <time>', 'only photos uploaded at this time or later', sinceOf)
    .option('--person <name>', 'name only this person')
    .option('--unknown-only', 'only faces that nobody is named for: fewer searches')
    .option('--dry-run', 'only say how many searches it would take, and what they cost')
    .addOption(dataOption())
    .addOption(awsOption())
    .addHelpText('after', '\nExample:\n  rollcall re-recognize --since 2026-01-01 --dry-run')
    .action((options: Options) =>
      withAccount(options, terminal, async (target) => {
        const { since, person, unknownOnly } = options;
        const person_id = person === undefined ? null : (await personCalled(target, person)).person_id;
        terminal.note(costOf(await countSearches(target, { since, unknownOnly }), options));
        if (options.dryRun) return;
        noteSearched(terminal, await reRecognize(target, terminal.signal, { since, person_id, unknownOnly }));
      }),
    );
