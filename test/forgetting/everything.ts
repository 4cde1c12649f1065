import { ListFacesCommand } from '@aws-sdk/client-rekognition';
import { GetObjectCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { scanTable } from '../../recording/replay/table-rows.ts';
import type { TestAccount } from '../support/test-account.ts';

/** Where any of these words is found in the account: in rows, in the collection, in keys, and in every version's bytes. */
export async function searchEverything(account: TestAccount, words: readonly string[]): Promise<string[]> {
  const { deployment } = account;
  const found: string[] = [];
  const look = (where: string, text: string) => {
    for (const word of words) if (text.includes(word)) found.push(`${word} in ${where}`);
  };
  for (const table of [deployment.results_table, deployment.people_table, deployment.decisions_table]) {
    for (const row of await scanTable(account.dynamoDb, table)) {
      const text = JSON.stringify(row, (_, value: unknown) => (value instanceof Set ? [...value] : value));
      look(`${table} ${String(row['record'])}`, text);
    }
  }
  const { Faces = [] } = await account.rekognition.send(new ListFacesCommand({ CollectionId: deployment.collection }));
  look('the collection', JSON.stringify(Faces));
  const listed = await account.s3.send(new ListObjectVersionsCommand({ Bucket: deployment.bucket }));
  if (listed.IsTruncated) throw new Error('There are more versions than this search reads.');
  for (const { Key = '' } of listed.DeleteMarkers ?? []) look('a delete marker', Key);
  for (const { Key = '', VersionId } of listed.Versions ?? []) {
    look(`the key ${Key}`, Key);
    const { Body } = await account.s3.send(new GetObjectCommand({ Bucket: deployment.bucket, Key, VersionId }));
    look(Key, (await Body?.transformToString('latin1')) ?? '');
  }
  for (const QueueUrl of Object.values(deployment.dead_letters)) {
    const { Messages = [] } = await account.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 }),
    );
    look('a dead letter', JSON.stringify(Messages));
  }
  return found;
}
