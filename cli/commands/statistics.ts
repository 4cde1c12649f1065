import { Command, Option } from 'commander';
import type { Period } from '../../client/deployment/queries.ts';
import { type TargetOptions } from '../../client/deployment/target.ts';
import { ranked, rateOf, slotsOf, totalOf, UNITS, type Slot, type Unit } from '../../client/photos/counts.ts';
import { Days } from '../../client/photos/days.ts';
import { Statistics, type Summary } from '../../client/photos/statistics.ts';
import { counted, printable } from '../../client/text.ts';
import { dayOf } from '../../schemas/days.ts';
import { withExistingAccount } from '../embedded-account.ts';
import { plainTable } from '../report/plain-table.ts';
import { type Terminal } from '../terminal.ts';
import { awsOption, dataOption, jsonOption, sinceOf, untilOf } from './options.ts';

interface Options extends TargetOptions, Period {
  readonly by: Unit;
  readonly json?: boolean;
}

/** As many people and emotions as tell most. */
const SHOWN = 5;

export const statisticsCommand = (terminal: Terminal) =>
  new Command('statistics')
    .summary('count photos, faces, people and emotions over time')
    .description(
      'Counts photos and faces over time: how many faces have a name, how many are unknown, who is seen, and which emotions. ' +
        'Days and hours are those of the upload, in UTC. Of the last 90 days, unless --since says otherwise; a year at most.',
    )
    .option('--since <time>', 'uploaded on this day or later: 2026-11-23', sinceOf)
    .option('--until <time>', 'uploaded on this day or earlier', untilOf)
    .addOption(new Option('--by <unit>', 'how long a line of the table is').choices(UNITS).default('day'))
    .addOption(dataOption())
    .addOption(awsOption())
    .addOption(jsonOption('print one JSON line per hour, day or week that has photos'))
    .addHelpText('after', '\nExample:\n  rollcall statistics --since 2026-11-01 --by week')
    .action(({ since, until, by, json, ...options }: Options) =>
      withExistingAccount(options, terminal, async (target) => {
        const summary = await new Statistics(target, new Days(target)).summary({ since, until });
        const slots = slotsIn(summary, by);
        if (json) for (const slot of slots) terminal.print(JSON.stringify(resultOf(slot, summary)));
        else terminal.print(describe(slots, summary, terminal));
      }),
    );

/** Those that have photos. */
export function slotsIn({ days, since, until }: Summary, by: Unit): Slot[] {
  const range = { from: dayOf(since.toISOString()), to: dayOf(until.toISOString()) };
  return slotsOf(days, range, by).filter(({ photos, faces }) => photos + faces > 0);
}

/** What `--json` prints of an hour, a day or a week. Scripts rely on the names. */
export const resultOf = ({ key, photos, faces, matched, unknown, emotions, people }: Slot, summary: Summary) => ({
  from: key,
  photos,
  faces,
  matched,
  unknown,
  match_rate: rateOf(matched, faces),
  unknown_rate: rateOf(unknown, faces),
  emotions,
  people: ranked(people).map(({ name: person_id, count }) => ({
    person_id,
    name: nameIn(summary, person_id),
    faces: count,
  })),
});

const nameIn = ({ people }: Summary, id: string) =>
  people.find(({ person_id }) => person_id === id)?.name ?? 'somebody';

export function describe(slots: readonly Slot[], { people }: Summary, layout: Pick<Terminal, 'colours'>): string {
  if (slots.length === 0) return 'No photos in this time.';
  const total = totalOf(slots);
  const rows = [...slots, { ...total, key: 'all' }].map(rowOf);
  const table = plainTable(HEAD, rows, layout, ['left', 'right', 'right', 'right', 'right', 'left']);
  const seen = people.map(({ name, faces }) => `${printable(name)} ${faces}`);
  return seen.length === 0 ? table : `${table}\n${counted(seen.length, 'person', 'people')}: ${firstOf(seen)}`;
}

const HEAD = ['from', 'photos', 'faces', 'named', 'unknown', 'emotions'];

const rowOf = ({ key, photos, faces, matched, unknown, emotions }: Slot) => [
  key,
  photos,
  faces,
  shareOf(matched, faces),
  shareOf(unknown, faces),
  firstOf(ranked(emotions).map(({ name, count }) => `${name.toLowerCase()} ${count}`)),
];

function shareOf(part: number, faces: number): string {
  const rate = rateOf(part, faces);
  return rate === null ? '' : `${rate.toFixed(1)} %`;
}

const firstOf = (all: readonly string[]) =>
  all.length > SHOWN ? `${all.slice(0, SHOWN).join(', ')} and ${all.length - SHOWN} more` : all.join(', ');
