import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { readdir, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clientConfig } from '../../../local/clients.ts';
import { anAccount, type Account } from './account.ts';

let account: Account;
let client: S3Client;
beforeEach(async () => {
  account = await anAccount();
  const config = clientConfig({ url: account.url, region: 'us-east-1' });
  client = new S3Client({ ...config, forcePathStyle: true, maxAttempts: 1 });
  await client.send(new CreateBucketCommand({ Bucket: 'photos' }));
});
afterEach(() => account.close());

const put = (Key: string) => client.send(new PutObjectCommand({ Bucket: 'photos', Key, Body: 'body' }));
const get = (Key: string) => client.send(new GetObjectCommand({ Bucket: 'photos', Key }));

test.each([
  ['cut short', (path: string) => truncate(path, 2)],
  ['lost', (path: string) => rm(path)],
])('an object whose file was %s is an error, and others are read', async (_, damage) => {
  await put('damaged');
  const entries = await readdir(join(account.folder, 'blobs'), { recursive: true, withFileTypes: true });
  for (const entry of entries) if (entry.isFile()) await damage(join(entry.parentPath, entry.name));
  await put('sound');
  await expect(get('damaged')).rejects.toMatchObject({ name: 'InternalError' });
  expect(await (await get('sound')).Body?.transformToString()).toBe('body');
});
