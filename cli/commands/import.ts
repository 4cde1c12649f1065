import { Command, Option } from 'commander';
import { decide } from '../../client/decisions/decide.ts';
import { type TargetOptions } from '../../client/deployment/target.ts';
import { Failure } from '../../client/failure.ts';
import { counted, printable } from '../../client/text.ts';
import { withExistingAccount } from '../embedded-account.ts';
import { facesOf, noteBatch } from '../report/batch.ts';
import { type Terminal } from '../terminal.ts';
import { readSidecars } from '../xmp/import.ts';
import { awsOption, dataOption } from './options.ts';

export const importCommand = (terminal: Terminal) =>
  new Command('import')
    .summary('take names of faces from XMP sidecars')
    .description(
      'Takes the names of faces from XMP sidecars (party.jpg.xmp for party.jpg), as decisions by hand: a face is found by its box, and is added where there is none.',
    )
    .addOption(
      new Option('--xmp <dir>', 'the folder of the sidecars, laid out as the photos are').makeOptionMandatory(),
    )
    .addOption(dataOption())
    .addOption(awsOption())
    .addHelpText('after', '\nExample:\n  rollcall import --xmp sidecars')
    .action((options: TargetOptions & { xmp: string }) =>
      withExistingAccount(options, terminal, async (target) => {
        const { people, decisions, known, problems } = await readSidecars(target, options.xmp);
        for (const { imageId, message } of problems) {
          terminal.note(`The sidecar of ${printable(imageId)} is left out: ${message}`);
        }
        if (known > 0) terminal.note(`${counted(known, 'name')} known before.`);
        if (decisions.length === 0) terminal.note('No new name.');
        else
          noteBatch(
            terminal,
            `Named: ${facesOf(decisions)}`,
            await decide(target, terminal.signal, { people, decisions }),
          );
        if (problems.length > 0)
          throw new Failure(`${counted(problems.length, 'sidecar was', 'sidecars were')} left out.`);
      }),
    );
