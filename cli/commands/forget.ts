import { GetObjectCommand } from '@aws-sdk/client-s3';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { Command } from 'commander';
import * as z from 'zod';
import { PersonId } from '../../schemas/faces.ts';
import { Receipt } from '../../schemas/forgetting.ts';
import { personIdOf, tombstoneIdOf } from '../../schemas/keys.ts';
import { AliasRecord, FaceRecord, Tombstone } from '../../schemas/records.ts';
import { runMachine } from '../deployment/execution.ts';
import { queryIndex, readPersons } from '../deployment/queries.ts';
import { withExistingAccount, type Target, type TargetOptions } from '../deployment/target.ts';
import { Failure, UsageError } from '../failure.ts';
import { describeReceipt, hasItsHash } from '../report/receipt.ts';
import { counted, printable, type Terminal } from '../terminal.ts';
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
        const id = await findPerson(target, person);
        if (options.dryRun) return terminal.print(await plan(target, id, options));
        const input = { person_id: id, photos: options.photos === true };
        const { output } = await runMachine(target, 'forget-person', input, terminal.signal);
        const { receipt_key } = z.object({ receipt_key: z.string() }).parse(output);
        const receipt = await readReceipt(target, receipt_key);
        if (!hasItsHash(receipt)) throw new Failure(`${receipt_key} is damaged: its hash does not fit.`);
        terminal.print(describeReceipt(receipt, receipt_key));
      });
    });

/** By id, by any spelling of the name, or by the tombstone that an interrupted forgetting has left. */
async function findPerson(target: Target, person: string): Promise<PersonId> {
  const given = PersonId.safeParse(person);
  if (given.success) return given.data;
  const plain = (name: string) => name.normalize('NFKC').toLowerCase().replaceAll('_', ' ').trim();
  const named = (await readPersons(target)).filter(({ name }) => plain(name) === plain(person));
  // Whoever was merged into another is forgotten with the other.
  const [found, ...others] = new Set(named.map(({ person_id, merged_into }) => merged_into ?? person_id));
  if (others.length > 0) {
    const ids = [found, ...others].join(', ');
    throw new Failure(`Several people are called ${printable(person)}: ${ids}. Give the id.`);
  }
  if (found !== undefined) return found;
  const id = personIdOf(person.trim());
  const alias = await readAlias(target, id);
  if (alias) return alias.is;
  const tombstone = await readTombstone(target, id);
  if (!tombstone) throw new Failure(`Nobody called ${printable(person)} is enrolled. rollcall people lists everybody.`);
  if (tombstone.ended_at === undefined) return id;
  throw new Failure(
    `That person was forgotten on ${tombstone.ended_at}: see ${tombstone.receipt_key ?? 'the receipt'}.`,
  );
}

async function readAlias({ dynamoDb, deployment }: Target, person_id: PersonId): Promise<AliasRecord | undefined> {
  const Key = { person_id, record: 'alias' };
  const { Item } = await dynamoDb.send(new GetCommand({ TableName: deployment.people_table, Key }));
  return Item && AliasRecord.parse(Item);
}

export async function readTombstone({ dynamoDb, deployment }: Target, id: PersonId): Promise<Tombstone | undefined> {
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
