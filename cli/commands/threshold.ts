import { Command, InvalidArgumentError } from 'commander';
import type { TargetOptions } from '../../client/deployment/target.ts';
import { findPerson } from '../../client/people/find-person.ts';
import { setThreshold } from '../../client/people/threshold.ts';
import { printable } from '../../client/text.ts';
import { withExistingAccount } from '../embedded-account.ts';
import type { Terminal } from '../terminal.ts';
import { awsOption, dataOption } from './options.ts';

/** Takes a person's own threshold back. */
const DEFAULT = 'default';

export const thresholdCommand = (terminal: Terminal) =>
  new Command('threshold')
    .summary('give a person a threshold of their own')
    .description(
      'Says from which similarity a face is taken for this person, such as a higher one for a twin. It also holds for the photos of before: nothing is searched again.',
    )
    .argument('<person>', 'a name or an id')
    .argument('<percent>', `from 1 to 100, or "${DEFAULT}" for that of all people`, thresholdOf)
    .addOption(dataOption())
    .addOption(awsOption())
    .addHelpText('after', '\nExample:\n  rollcall threshold "John Doe" 92')
    .action((wanted: string, threshold: number | null, options: TargetOptions) =>
      withExistingAccount(options, terminal, async (target) => {
        const person = await findPerson(target, wanted);
        await setThreshold({ target, signal: terminal.signal }, person, threshold);
        const all = target.deployment.face_match_threshold;
        const before = person.threshold ?? DEFAULT;
        terminal.note(
          `A face is now taken for ${printable(person.name)} from ${threshold ?? all} % on. To take it back: rollcall threshold ${person.person_id} ${before}`,
        );
      }),
    );

function thresholdOf(text: string): number | null {
  if (text === DEFAULT) return null;
  const threshold = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && threshold >= 1 && threshold <= 100) return threshold;
  throw new InvalidArgumentError(`A threshold is a percentage from 1 to 100, or "${DEFAULT}".`);
}
