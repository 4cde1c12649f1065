import { Command } from 'commander';
import * as z from 'zod';
import { runMachine } from '../../client/deployment/execution.ts';
import type { TargetOptions } from '../../client/deployment/target.ts';
import { counted } from '../../client/text.ts';
import { withExistingAccount } from '../embedded-account.ts';
import type { Terminal } from '../terminal.ts';
import { awsOption, dataOption } from './options.ts';

const Kept = z.object({ users: z.int() });

export const usersCommand = (terminal: Terminal) =>
  new Command('users')
    .summary("make a Rekognition user of everybody who is enrolled, for searchBy: 'users'")
    .description(
      'Makes a Rekognition user of everybody who is enrolled, or gives it the faces that it lacks. Needed once after ' +
        "searchBy was set to 'users': from then on each enrolment does it. Two paid calls a person, no faster than " +
        'IndexFaces may be called.',
    )
    .addOption(dataOption())
    .addOption(awsOption())
    .action((options: TargetOptions) =>
      withExistingAccount(options, terminal, async (target) => {
        const { output } = await runMachine(target, 'keep-users', { from: '', users: 0 }, terminal.signal);
        const { users } = Kept.parse(output);
        terminal.note(`${counted(users, 'person has', 'people have')} a user in the collection.`);
      }),
    );
