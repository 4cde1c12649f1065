import { Command } from 'commander';
import { findPhotos } from '../../client/decisions/faces.ts';
import { readLedger, readPeople } from '../../client/deployment/queries.ts';
import { type TargetOptions } from '../../client/deployment/target.ts';
import { printable } from '../../client/text.ts';
import type { Decision } from '../../schemas/decisions.ts';
import { withExistingAccount } from '../embedded-account.ts';
import { type Terminal } from '../terminal.ts';
import { awsOption, dataOption, jsonOption } from './options.ts';

export const decisionsCommand = (terminal: Terminal) =>
  new Command('decisions')
    .summary('list what was decided about a photo')
    .description('Lists what people decided about the faces of a photo, the oldest first.')
    .argument('<photo>', 'as results names it')
    .addOption(dataOption())
    .addOption(awsOption())
    .addOption(jsonOption('print one JSON line per decision'))
    .addHelpText('after', '\nExample:\n  rollcall decisions party.jpg')
    .action((imageId: string, options: TargetOptions & { json?: boolean }) =>
      withExistingAccount(options, terminal, async (target) => {
        const photo = (await findPhotos(target, [imageId])).get(imageId)!;
        const [ledger, people] = [await readLedger(target, photo.sha256!), await readPeople(target)];
        if (ledger.length === 0) terminal.note(`Nobody has decided anything about ${printable(imageId)}.`);
        for (const decision of ledger) {
          terminal.print(options.json ? JSON.stringify(decision) : describe(decision, people));
        }
      }),
    );

function describe(decision: Decision, people: ReadonlyMap<string, string>): string {
  const { timestamp, by, kind, person_id, batch, undoes, bounding_box: box } = decision;
  const person = person_id === undefined ? '' : ` ${printable(people.get(person_id) ?? person_id)}`;
  const where = [box.left, box.top, box.width, box.height].map((share) => share.toFixed(3)).join(' ');
  const what = undoes === undefined ? `${kind}${person} at ${where}` : `UNDO of ${undoes}`;
  return `${timestamp}  ${printable(by)}  ${what}  (batch ${batch})`;
}
