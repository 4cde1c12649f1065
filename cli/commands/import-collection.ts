import { Command } from 'commander';
import type { TargetOptions } from '../../client/deployment/target.ts';
import {
  importCollection,
  planImport,
  type CollectionPlan,
  type External,
} from '../../client/people/import-collection.ts';
import { counted, printable } from '../../client/text.ts';
import { withExistingAccount } from '../embedded-account.ts';
import type { Terminal } from '../terminal.ts';
import { awsOption, dataOption } from './options.ts';

export const importCollectionCommand = (terminal: Terminal) =>
  new Command('import-collection')
    .summary('take over people whom other software enrolled in the collection')
    .description(
      'Makes people of those whom other software enrolled in the collection of this deployment (collectionId), by their ExternalImageIds: john_doe and John_Doe.jpg are John Doe. No face is indexed again, and nothing is paid. Run it again for those who come later.',
    )
    .option('--dry-run', 'only say who would be taken over')
    .addOption(dataOption())
    .addOption(awsOption())
    .addHelpText('after', '\nExample:\n  rollcall import-collection --dry-run')
    .action(({ dryRun = false, ...options }: TargetOptions & { dryRun?: boolean }) =>
      withExistingAccount(options, terminal, async (target) => {
        const plan = await planImport(target);
        for (const line of linesOf(plan)) terminal.print(line);
        noteRest(terminal, plan);
        const people = new Set(plan.externals.flatMap(({ person_id }) => person_id ?? [])).size;
        const faces = plan.externals.reduce((sum, one) => sum + (one.person_id ? one.faces : 0), 0);
        const what = `${counted(people, 'person', 'people')} with ${counted(faces, 'face')}`;
        if (dryRun) return terminal.note(`Would take over ${what}.`);
        await importCollection(target, plan);
        terminal.note(`Took over ${what}. Search the photos of before for them with: rollcall re-recognize`);
      }),
    );

/** One person a line, with all ids that mean the person. */
function linesOf({ externals }: CollectionPlan): string[] {
  const groups = Map.groupBy(externals, ({ person_id, externalId }) => person_id ?? externalId);
  return [...groups.values()].map((group) => {
    const ids = group.map(({ externalId, faces }) => `${printable(externalId)} (${counted(faces, 'face')})`).join(', ');
    return `${ids}: ${outcomeOf(group[0]!)}`;
  });
}

const outcomeOf = ({ name, counts_for, problem }: External) =>
  problem === undefined
    ? printable(name ?? '') + (counts_for === undefined ? '' : `, who is ${counts_for}`)
    : `left out: ${problem}`;

function noteRest(terminal: Terminal, { own, nameless }: CollectionPlan): void {
  if (own > 0) terminal.note(`${counted(own, 'face')} of Rollcall's own.`);
  if (nameless > 0)
    terminal.note(`${counted(nameless, 'face')} without an ExternalImageId: left out, nobody can tell whose.`);
}
