import { Command } from 'commander';
import { type TargetOptions } from '../../client/deployment/target.ts';
import { findPerson, readEverybody } from '../../client/people/find-person.ts';
import { portraitView, readAllHoldings, readHoldings, type Holdings } from '../../client/people/holdings.ts';
import { printable } from '../../client/text.ts';
import { dayOf } from '../../schemas/days.ts';
import { withExistingAccount } from '../embedded-account.ts';
import { plainTable } from '../report/plain-table.ts';
import { type Terminal } from '../terminal.ts';
import { awsOption, dataOption, jsonOption } from './options.ts';

export const peopleCommand = (terminal: Terminal) =>
  new Command('people')
    .summary('list who is enrolled, or show one person')
    .description(
      'Lists the people in alphabetical order: portraits, photos, and when each was last seen. With a name or an id, shows everything about one person.',
    )
    .argument('[person]', 'a name, or an id where two people share a name')
    .addOption(dataOption())
    .addOption(awsOption())
    .addOption(jsonOption('print one JSON line per person'))
    .addHelpText('after', '\nExample:\n  rollcall people\n  rollcall people "John Doe" --json')
    .action((person: string | undefined, options: TargetOptions & { json?: boolean }) =>
      withExistingAccount(options, terminal, async (target) => {
        if (person === undefined) {
          const everybody = await readAllHoldings(target, await readEverybody(target));
          if (options.json) for (const one of everybody) terminal.print(JSON.stringify(summaryOf(one)));
          else terminal.print(everybody.length === 0 ? 'Nobody is enrolled.' : tableOf(everybody, terminal));
          return;
        }
        const one = await readHoldings(target, await findPerson(target, person));
        terminal.print(options.json ? JSON.stringify(resultOf(one)) : describe(one));
      }),
    );

/** What `--json` prints of a person in the list. Scripts rely on the names. */
export const summaryOf = ({ person, portraits, photos }: Holdings) => ({
  person_id: person.person_id,
  name: person.name,
  portraits: portraits.length,
  photos: photos.length,
  last_seen: photos.at(-1)?.timestamp ?? null,
  merged: person.merged.map(({ person_id }) => person_id),
});

/** What `--json` prints of one person. */
export const resultOf = (holdings: Holdings) => ({
  ...summaryOf(holdings),
  created_at: holdings.person.created_at,
  threshold: holdings.person.threshold ?? null,
  portraits: holdings.portraits.map(portraitView),
  photos: holdings.photos.map(({ image_id }) => image_id),
});

const tableOf = (everybody: readonly Holdings[], layout: Terminal): string =>
  plainTable(
    ['name', 'id', 'portraits', 'photos', 'last seen'],
    everybody
      .map(summaryOf)
      .map(({ name, person_id, portraits, photos, last_seen }) => [
        printable(name),
        person_id,
        portraits,
        photos,
        last_seen ? dayOf(last_seen) : 'never',
      ]),
    layout,
    ['left', 'left', 'right', 'right', 'left'],
  );

export function describe({ person, portraits, photos }: Holdings): string {
  const merged = person.merged.map(({ name, person_id }) => `${printable(name)} (${person_id})`).join(', ');
  return [
    `name       ${printable(person.name)}`,
    `id         ${person.person_id}`,
    `since      ${person.created_at}`,
    ...(person.threshold === undefined ? [] : [`threshold  ${person.threshold} %`]),
    ...(merged === '' ? [] : [`merged in  ${merged}`]),
    `portraits  ${portraits.length}`,
    ...portraits.map((portrait) => `  ${placeOf(portrait)}${qualityOf(portrait)}`),
    `photos     ${photos.length}`,
    ...photos.map(({ image_id, timestamp }) => `  ${timestamp}  ${printable(image_id)}`),
  ].join('\n');
}

function placeOf({ key, external_id }: Holdings['portraits'][number]): string {
  if (key !== undefined) return printable(key);
  return external_id === undefined ? 'being removed' : `imported as ${printable(external_id)}`;
}

function qualityOf({ sharpness, brightness, yaw }: Partial<Holdings['portraits'][number]>): string {
  if (sharpness === undefined || brightness === undefined) return '';
  const turned = yaw === undefined ? '' : `, turned ${Math.round(Math.abs(yaw))} degrees`;
  return `: sharpness ${Math.round(sharpness)}, brightness ${Math.round(brightness)}${turned}`;
}
