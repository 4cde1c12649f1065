import { PutCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { randomUUID } from 'node:crypto';
import { PersonId } from '../schemas/faces.ts';
import type { Forgetting } from '../schemas/forgetting.ts';
import { receiptKeyOf } from '../schemas/keys.ts';
import type { Tombstone } from '../schemas/records.ts';
import type { Input, Output } from '../schemas/tasks.ts';
import { idsOfPerson } from './forgetting/people.ts';
import {
  eachTombstone,
  FORGOTTEN,
  readTombstone,
  tombstoneRow,
  type TombstoneReader,
} from './forgetting/tombstones.ts';
import { clock } from './pacing/services.ts';
import { stepFunctionsClient } from './runtime/clients.ts';
import { defineTask } from './runtime/define-task.ts';
import { dynamoDbClient } from './runtime/dynamodb-client.ts';
import { env } from './runtime/environment.ts';
import { TaskError } from './runtime/errors.ts';
import { runningExecutions, type ExecutionLister } from './runtime/running-executions.ts';
import { processingRows } from './storage/processing-rows.ts';

interface Services extends TombstoneReader, ExecutionLister {
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly resultsTable: string;
  readonly now: () => Date;
  readonly newId: () => string;
}

/** Writes the tombstone before anything is removed. What is under way from then on sees it and leaves the person out. */
export async function run(
  { asked }: Input<'begin-forgetting'>,
  services: Services,
): Promise<Output<'begin-forgetting'>> {
  const progress = { round: 1, removed: {}, checked: {}, left: 0 };
  const started_at = services.now().toISOString();
  if ('verify' in asked) {
    const sought = await soughtAgain(asked.verify, services);
    const beginning = { receipt_id: services.newId(), photos: false, started_at, under_way: false, deciding: false };
    return { forgetting: { ...beginning, ...sought, only_verify: true }, progress };
  }
  if ('unknown_older_than_days' in asked) {
    const days = asked.unknown_older_than_days;
    const unknown_before = new Date(services.now().getTime() - days * 86_400_000).toISOString();
    const beginning = { receipt_id: services.newId(), photos: false, started_at, under_way: false, deciding: false };
    return { forgetting: { ...beginning, ids: [], unknown_before }, progress };
  }
  const { dynamoDb, resultsTable, peopleTable } = services;
  const ids = await idsOfPerson(services, asked.person_id);
  for (const id of ids) await putTombstone(services, id, started_at);
  const deciding = await anyRunning(services);
  const under_way =
    deciding || (await anyProcessing(dynamoDb, resultsTable)) || (await anyProcessing(dynamoDb, peopleTable));
  return {
    forgetting: { receipt_id: services.newId(), ids, photos: asked.photos, started_at, under_way, deciding },
    progress,
  };
}

async function putTombstone({ dynamoDb, peopleTable }: Services, id: PersonId, now: string): Promise<void> {
  const { tableName, key } = tombstoneRow(peopleTable, id);
  const tombstone = { ...key, forgotten_at: now, status: FORGOTTEN, timestamp: now } as Tombstone;
  await dynamoDb.send(new PutCommand({ TableName: tableName, Item: tombstone }));
}

/** Whom one forgetting was about: the hashes of all ids, and the id that is known. */
async function soughtAgain(
  known: Extract<Input<'begin-forgetting'>['asked'], { verify: unknown }>['verify'],
  { dynamoDb, peopleTable }: Services,
): Promise<Pick<Forgetting, 'ids' | 'tombstones'>> {
  const { data: person } = PersonId.safeParse(known);
  const ids = person === undefined ? [] : [person];
  const own = person && (await readTombstone(dynamoDb, peopleTable, person));
  const receipt_key = person === undefined ? receiptKeyOf(known) : own?.receipt_key;
  const tombstones: string[] = [];
  for await (const row of eachTombstone(dynamoDb, peopleTable)) {
    if (row.receipt_key !== undefined && row.receipt_key === receipt_key) tombstones.push(row.person_id);
  }
  if (own || tombstones.length > 0) return { ids, tombstones };
  throw new TaskError('NeverForgotten', `Nobody was forgotten with the id or receipt ${known}.`);
}

async function anyRunning(services: Services): Promise<boolean> {
  const { done } = await runningExecutions(services).next();
  return done !== true;
}

async function anyProcessing(dynamoDb: DynamoDBDocumentClient, tableName: string): Promise<boolean> {
  const { done } = await processingRows(dynamoDb, tableName, 1).next();
  return done !== true;
}

export const handler = defineTask({
  name: 'begin-forgetting',
  services: () => ({
    dynamoDb: dynamoDbClient(),
    resultsTable: env('RESULTS_TABLE'),
    peopleTable: env('PEOPLE_TABLE'),
    sfn: stepFunctionsClient(),
    machineArns: env('DECIDING_MACHINES'),
    ...clock(),
    newId: randomUUID,
  }),
  run,
  // Not the person: logs are kept longer.
  describe: (_, output) => ({ receipt: output?.forgetting.receipt_id, under_way: output?.forgetting.under_way }),
});
