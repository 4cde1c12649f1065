import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { ListFacesCommand, paginateListCollections } from '@aws-sdk/client-rekognition';
import { GetObjectCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { Clients } from '../../local/clients.ts';
import { scanTable } from '../../recording/replay/table-rows.ts';
import type { Deployment } from '../../schemas/deployment.ts';

export type Searched = Omit<Clients, 'sfn'> & { readonly deployment: Deployment };

type Look = (where: string, text: string) => void;

/**
 * Where any of these words is found in the account: in rows of every table, in every collection, in keys, in every
 * version's bytes, and in dead letters.
 */
export async function searchEverything(account: Searched, words: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  const look: Look = (where, text) => {
    for (const word of words) if (text.includes(word)) found.push(`${word} in ${where}`);
  };
  await searchTables(account, look);
  await searchCollections(account, look);
  await searchBucket(account, look);
  for (const QueueUrl of Object.values(account.deployment.dead_letters)) {
    const { Messages = [] } = await account.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 }),
    );
    look('a dead letter', JSON.stringify(Messages));
  }
  return found;
}

async function searchTables({ dynamoDb }: Searched, look: Look): Promise<void> {
  const { TableNames = [] } = await dynamoDb.send(new ListTablesCommand());
  for (const table of TableNames) {
    for (const row of await scanTable(dynamoDb, table)) {
      const text = JSON.stringify(row, (_, value: unknown) => (value instanceof Set ? [...value] : value));
      look(`${table} ${String(row['record'])}`, text);
    }
  }
}

async function searchCollections({ rekognition }: Searched, look: Look): Promise<void> {
  for await (const { CollectionIds = [] } of paginateListCollections({ client: rekognition }, {})) {
    for (const CollectionId of CollectionIds) {
      const { Faces = [] } = await rekognition.send(new ListFacesCommand({ CollectionId }));
      look(`the collection ${CollectionId}`, JSON.stringify(Faces));
    }
  }
}

async function searchBucket({ s3, deployment: { bucket: Bucket } }: Searched, look: Look): Promise<void> {
  const { Versions = [], DeleteMarkers = [], IsTruncated } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
  if (IsTruncated) throw new Error('There are more versions than this search reads.');
  for (const { Key = '' } of DeleteMarkers) look('a delete marker', Key);
  for (const { Key = '', VersionId } of Versions) {
    look(`the key ${Key}`, Key);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
    look(Key, (await Body?.transformToString('latin1')) ?? '');
  }
}
