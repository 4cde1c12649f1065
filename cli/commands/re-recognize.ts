import { Command } from 'commander';
import { newBatch } from '../../client/decisions/decide.ts';
import { personCalled } from '../../client/decisions/person.ts';
import { runMachine } from '../../client/deployment/execution.ts';
import { queryIndex } from '../../client/deployment/queries.ts';
import { type Target, type TargetOptions } from '../../client/deployment/target.ts';
import { counted } from '../../client/text.ts';
import { Decision } from '../../schemas/decisions.ts';
import { FaceRecord } from '../../schemas/records.ts';
import { withAccount } from '../embedded-account.ts';
import { facesOf, noteBatch } from '../report/batch.ts';
import { type Terminal } from '../terminal.ts';
import { awsOption, dataOption, sinceOf } from './options.ts';

/** SearchFacesByImage, in US dollars, up to a million calls a month (Rekognition's price list, us-east-1, 2026-11). */
const DOLLARS_PER_SEARCH = 0.001;

interface Options extends TargetOptions {
  readonly since?: Date;
  readonly person?: string;
  readonly dryRun?: boolean;
}

export const reRecognizeCommand = (terminal: Terminal) =>
  new Command('re-recognize')
    .summary('search unknown faces again')
    .description(
      'Searches the faces that nobody is named for again, against those who were enrolled since. What was decided by hand stays.',
    )
    .option('--since <time>', 'only photos uploaded at this time or later', sinceOf)
    .option('--person <name>', 'name only this person')
    .option('--dry-run', 'only say how many searches it would take, and what they cost')
    .addOption(dataOption())
    .addOption(awsOption())
    .addHelpText('after', '\nExample:\n  rollcall re-recognize --since 2026-01-01 --dry-run')
    .action((options: Options) =>
      withAccount(options, terminal, async (target) => {
        const since = (options.since ?? new Date(0)).toISOString();
        const person = options.person === undefined ? null : (await personCalled(target, options.person)).person_id;
        terminal.note(await announced(target, options));
        if (options.dryRun) return;
        const { batch, by, timestamp } = newBatch();
        const { bucket } = target.deployment;
        const input = { bucket, batch, by, timestamp, since, person_id: person };
        await runMachine(target, 're-recognize', input, terminal.signal);
        const found = await queryIndex(target, {
          table: 'decisions',
          index: 'by-batch',
          value: batch,
          schema: Decision,
        });
        if (found.length === 0) terminal.note('Nobody was found in them.');
        else noteBatch(terminal, `Named: ${facesOf(found)}`, batch);
      }),
    );

async function announced(target: Target, { since, aws = false }: Options): Promise<string> {
  const period = { since };
  const query = { table: 'results', index: 'by-status', value: 'UNKNOWN', schema: FaceRecord, period } as const;
  const faces = await queryIndex(target, query);
  const cost = aws ? `, about $${(faces.length * DOLLARS_PER_SEARCH).toFixed(2)}` : '';
  return `${counted(faces.length, 'unknown face')}: as many searches${cost}.`;
}
