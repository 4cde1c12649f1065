import { GetObjectCommand } from '@aws-sdk/client-s3';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { Command } from 'commander';
import * as z from 'zod';
import { readAccount } from '../../client/deployment/endpoint-file.ts';
import { runMachine } from '../../client/deployment/execution.ts';
import { queryIndex } from '../../client/deployment/queries.ts';
import { type Target, type TargetOptions } from '../../client/deployment/target.ts';
import { Failure, UsageError } from '../../client/failure.ts';
import { seekPerson } from '../../client/people/find-person.ts';
import { counted, printable } from '../../client/text.ts';
import { addForgotten } from '../../local/forgetting/forgotten-file.ts';
import { PersonId } from '../../schemas/faces.ts';
import { Receipt } from '../../schemas/forgetting.ts';
import { personIdOf, tombstoneIdOf } from '../../schemas/keys.ts';
import { FaceRecord, Tombstone } from '../../schemas/records.ts';
import { withExistingAccount } from '../embedded-account.ts';
import { describeReceipt, hasItsHash } from '../report/receipt.ts';
import { type Terminal } from '../terminal.ts';
import { awsOption, dataOption } from './options.ts';

interface Options extends TargetOptions {
  readonly photos?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

export const forgetCommand = (terminal: Terminal) =>
  new Command('forget')
    .summary('remove everything about a person')
    .description(
      'Removes a person for good: faces in the collection, enrolment photos with all versions, crops, names and ids in ' +
        'rows and files. Then reads everything back and prints a receipt. The photos stay, with the face unknown, unless ' +
        '--photos is given. Interrupted, the same command goes on.',
    )
    .argument('<person>', 'the name, or the id (p_…) if several have the name')
    .option('--photos', 'remove the photos that the person is in as well, with all versions')
    .option('--dry-run', 'only say what would be removed')
    .option('--yes', 'do it: it cannot be undone')
    .addOption(dataOption())
    .addOption(awsOption())
    .addHelpText('after', '\nExample:\n  rollcall forget "John Doe" --dry-run\n  rollcall forget "John Doe" --yes')
    .action(async (person: string, options: Options) => {
      if (!options.dryRun && !options.yes) {
        throw new UsageError('Forgetting cannot be undone. See what it removes with --dry-run, then give --yes.');
      }
      await withExistingAccount(options, terminal, async (target) => {
        const id = await idOf(target, person);
        if (options.dryRun) return terminal.print(await plan(target, id, options));
        const input = { person_id: id, photos: options.photos === true };
        const { output } = await runMachine(target, 'forget-person', input, terminal.signal);
        const { receipt_key, ids } = Output.parse(output);
        if (!options.aws) await addForgotten(options.data, ids);
        const receipt = await readReceipt(target, receipt_key);
        if (!hasItsHash(receipt)) throw new Failure(`${receipt_key} is damaged: its hash does not fit.`);
        terminal.print(describeReceipt(receipt, receipt_key));
      });
      if (!options.aws && !options.dryRun) await scrubLaptop(options.data, terminal);
    });

const Output = z.object({ receipt_key: z.string(), ids: z.array(PersonId) });

/** Also removes what the embedded account keeps in its own files, as soon as it does not run. */
async function scrubLaptop(data: string, terminal: Terminal): Promise<void> {
  if (await readAccount(data)) {
    terminal.note('Executions, logs and deleted data in the data folder are cleaned when the account starts next.');
    return;
  }
  // Loaded on demand, as the account itself is.
  const { scrubForgotten } = await import('../../local/forgetting/scrub.ts');
  await scrubForgotten(data);
}

/** Anybody who is known, or who is being forgotten by a command that was interrupted. */
async function idOf(target: Target, wanted: string): Promise<PersonId> {
  const known = await seekPerson(target, wanted);
  if (known) return known.person_id;
  const id = PersonId.safeParse(wanted).data ?? personIdOf(wanted.trim());
  const tombstone = await readTombstone(target, id);
  if (!tombstone) throw new Failure(`Nobody called ${printable(wanted)} is enrolled. rollcall people lists everybody.`);
  if (tombstone.ended_at === undefined) return id;
  throw new Failure(
    `That person was forgotten on ${tombstone.ended_at}: see ${tombstone.receipt_key ?? 'the receipt'}.`,
  );
}

async function readTombstone({ dynamoDb, deployment }: Target, id: PersonId): Promise<Tombstone | undefined> {
  const Key = { person_id: tombstoneIdOf(id), record: 'tombstone' };
  const { Item } = await dynamoDb.send(new GetCommand({ TableName: deployment.people_table, Key }));
  return Item && Tombstone.parse(Item);
}

async function plan(target: Target, id: PersonId, { photos }: Options): Promise<string> {
  const faces = await queryIndex(target, { table: 'results', index: 'by-person', value: id, schema: FaceRecord });
  const within = counted(new Set(faces.map(({ image_id }) => image_id)).size, 'photo');
  return [
    `Would remove ${id} with all enrolment photos and vectors.`,
    photos
      ? `Would remove ${within} with all versions.`
      : `Would make ${counted(faces.length, 'face')} in ${within} unknown, and remove the crops. The photos stay.`,
    'Would remove the person from the candidates of other faces, from files and from dead letters.',
  ].join('\n');
}

async function readReceipt({ s3, deployment }: Target, Key: string): Promise<Receipt> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: deployment.bucket, Key }));
  return Receipt.parse(JSON.parse((await Body?.transformToString()) ?? ''));
}
