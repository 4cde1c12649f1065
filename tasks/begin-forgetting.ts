import { PutCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { randomUUID } from 'node:crypto';
import type { Tombstone } from '../schemas/records.ts';
import type { Input, Output } from '../schemas/tasks.ts';
import { idsOfPerson } from './forgetting/people.ts';
import { tombstoneRow, type TombstoneReader } from './forgetting/tombstones.ts';
import { defineTask } from './runtime/define-task.ts';
import { dynamoDbClient } from './runtime/dynamodb-client.ts';
import { env } from './runtime/environment.ts';
import { processingRows } from './storage/processing-rows.ts';

interface Services extends TombstoneReader {
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly resultsTable: string;
  readonly now: () => Date;
  readonly newId: () => string;
}

/** Writes the tombstone before anything is removed. What is under way from then on sees it and leaves the person out. */
export async function run(
  { person_id, photos }: Input<'begin-forgetting'>,
  services: Services,
): Promise<Output<'begin-forgetting'>> {
  const { dynamoDb, resultsTable, peopleTable } = services;
  const started_at = services.now().toISOString();
  const ids = await idsOfPerson(services, person_id);
  for (const id of ids) {
    const { tableName, key } = tombstoneRow(peopleTable, id);
    const tombstone = { ...key, forgotten_at: started_at } as Tombstone;
    await dynamoDb.send(new PutCommand({ TableName: tableName, Item: tombstone }));
  }
  const under_way = (await anyProcessing(dynamoDb, resultsTable)) || (await anyProcessing(dynamoDb, peopleTable));
  return {
    forgetting: { receipt_id: services.newId(), ids, photos, started_at, under_way },
    progress: { round: 1, removed: {}, checked: {}, left: 0 },
  };
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
    now: () => new Date(),
    newId: randomUUID,
  }),
  run,
  // Not the person: logs are kept longer.
  describe: (_, output) => ({ receipt: output?.forgetting.receipt_id, under_way: output?.forgetting.under_way }),
});
