import { Command, InvalidArgumentError } from 'commander';
import { writeFile } from 'node:fs/promises';
import { comparePairs, planComparison, unanswered } from '../../client/calibration/compare.ts';
import { drawCurve } from '../../client/calibration/curve.ts';
import { readKnownFaces } from '../../client/calibration/faces.ts';
import { otherwiseAt, readNewestFaces, type NewestFaces } from '../../client/calibration/otherwise.ts';
import {
  FINEST,
  judge,
  pairsNeeded,
  ratesAt,
  countPairs,
  TABLE,
  type Judgement,
  type Pair,
  type PairCounts,
  type Rate,
} from '../../client/calibration/rates.ts';
import type { TargetOptions } from '../../client/deployment/target.ts';
import { priceOf } from '../../client/prices.ts';
import { counted } from '../../client/text.ts';
import { withExistingAccount } from '../embedded-account.ts';
import { plainTable } from '../report/plain-table.ts';
import type { Terminal } from '../terminal.ts';
import { awsOption, dataOption } from './options.ts';

interface Options extends TargetOptions {
  readonly falseMatch: number;
  readonly svg: string;
  readonly dryRun?: boolean;
}

export const calibrateCommand = (terminal: Terminal) =>
  new Command('calibrate')
    .summary('find a threshold from faces that are known')
    .description(
      'Compares the enrolled faces, and the faces in photos that were named by hand, with each other, and says how many false matches and misses each threshold would give.',
    )
    .option('--false-match <rate>', 'the share of pairs of two people that may match', rateOf, 0.001)
    .option('--svg <file>', 'where the curve is written', 'calibration.svg')
    .option('--dry-run', 'only say how many searches it would take, and what they cost')
    .addOption(dataOption())
    .addOption(awsOption())
    .addHelpText('after', '\nExample:\n  rollcall calibrate --false-match 0.0001')
    .action((options: Options) =>
      withExistingAccount(options, terminal, async (target) => {
        const known = await readKnownFaces(target);
        const plan = await planComparison(target, known);
        const [searches, all] = [unanswered(plan), plan.probes.length];
        const cost = options.aws ? `, about ${priceOf(searches)}` : '';
        terminal.note(
          `${counted(known.enrolled.length, 'enrolled face')} and ${known.confirmed.length} named by hand: ` +
            `${counted(searches, 'search', 'searches')}${cost}; ${all - searches} answers are remembered.`,
        );
        if (options.dryRun) return;
        const pairs = await comparePairs(target, plan);
        await report(terminal, pairs, { ...options, now: target.deployment.face_match_threshold });
        terminal.print(otherwiseTable(await readNewestFaces(target), terminal));
      }),
    );

function rateOf(text: string): number {
  const rate = Number(text);
  if (/^\d*\.?\d+(e-\d+)?$/i.test(text) && rate > 0 && rate < 1) return rate;
  throw new InvalidArgumentError('A rate is a number between 0 and 1, such as 0.001.');
}

async function report(terminal: Terminal, pairs: readonly Pair[], options: Options & { readonly now: number }) {
  const { falseMatch, svg, now } = options;
  const counts = countPairs(pairs);
  const rates = ratesAt(pairs, FINEST);
  terminal.print(tableOf(ratesAt(pairs, TABLE), counts, terminal));
  for (const line of adviceOn(rates, counts, falseMatch, now)) terminal.print(line);
  await writeFile(svg, drawCurve(rates, counts));
  terminal.note(`The curve is in ${svg}.`);
}

const percent = (share: number) => `${Number((100 * share).toPrecision(2))} %`;

function tableOf(rates: readonly Rate[], { same, other }: PairCounts, layout: Terminal): string {
  const share = (count: number, all: number) => (all === 0 ? 'no pairs' : percent(count / all));
  return plainTable(
    ['threshold', 'false matches', 'of pairs of two', 'misses', 'of pairs of one'],
    rates.map(({ threshold, falseMatches, misses }) => [
      threshold,
      falseMatches,
      share(falseMatches, other),
      misses,
      share(misses, same),
    ]),
    layout,
    ['right', 'right', 'right', 'right', 'right'],
  );
}

/** What each threshold would change, if the newest photos were uploaded again. */
export const otherwiseTable = ({ count, dependent }: NewestFaces, layout: Pick<Terminal, 'colours'>): string =>
  [
    `Named otherwise, if uploaded again: of the newest ${counted(count, 'searched face')}`,
    plainTable(
      ['threshold', 'get a name', 'lose it', 'photos'],
      otherwiseAt(dependent, TABLE).map(({ threshold, gained, lost, photos }) => [threshold, gained, lost, photos]),
      layout,
      ['right', 'right', 'right', 'right'],
    ),
  ].join('\n');

/** What the pairs say of the wanted rate, and how far that can be relied on. `now` is the threshold as it is set. */
export function adviceOn(rates: readonly Rate[], counts: PairCounts, wanted: number, now: number): string[] {
  const { same, other } = counts;
  const found = judge(rates, counts, wanted);
  const basis = `It rests on ${counted(other, 'pair')} of two people and ${same} of one. Pairs that share a face are not independent, so the limits are rather too good.`;
  if (!found) {
    return [
      other === 0 ? 'There are no two people to compare: enrol more.' : 'No threshold keeps to this rate.',
      basis,
    ];
  }
  const { threshold, falseMatches, falseMatchLimit, isShown } = found;
  const seen = `${counted(falseMatches, 'false match', 'false matches')} of ${counted(other, 'pair')}; with 95 % confidence the rate is at most ${percent(falseMatchLimit)}`;
  if (isShown)
    return [`For a false-match rate of ${percent(wanted)}: ${threshold}, with ${seen}.`, missed(found, same), basis];
  return [
    `These pairs are too few to choose a threshold for a false-match rate of ${percent(wanted)}. Keep ${now}, or a higher one.`,
    `From ${threshold} on: ${seen}. To show ${percent(wanted)} takes ${pairsNeeded(wanted)} pairs without a false match.`,
    basis,
  ];
}

const missed = ({ misses, missLimit }: Judgement, same: number) =>
  missLimit === undefined
    ? 'Misses cannot be told: nobody has two faces.'
    : `It misses ${misses} of ${counted(same, 'pair')} of one person; with 95 % confidence at most ${percent(missLimit)}.`;
