import { DeleteObjectCommand, ListObjectVersionsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { anAccount, NOW, type Account } from './account.ts';

const DAY_MS = 86_400_000;

let account: Account;
beforeEach(async () => {
  account = await anAccount();
});
afterEach(() => account.close());

/** What is left after a restart some days later: `+` a current version, `-` a noncurrent one, `marker` a delete marker. */
async function leftAfter(days: number, Bucket: string): Promise<string[]> {
  await account.stop();
  account = await anAccount({ folder: account.folder, now: new Date(Date.parse(NOW) + days * DAY_MS) });
  await account.s3.expired;
  const { Versions = [], DeleteMarkers = [] } = await account.client.send(new ListObjectVersionsCommand({ Bucket }));
  return [
    ...Versions.map(({ Key, IsLatest }) => `${IsLatest ? '+' : '-'} ${Key}`),
    ...DeleteMarkers.map(({ Key }) => `marker ${Key}`),
  ].sort();
}

test('objects under a prefix expire after their days', async () => {
  await account.s3.createBucket({
    name: 'plain',
    versioning: false,
    eventBridge: true,
    expirations: [{ prefix: 'work/', days: 7 }],
  });
  for (const Key of ['work/a', 'worker', 'input/a'])
    await account.client.send(new PutObjectCommand({ Bucket: 'plain', Key, Body: 'x' }));
  expect(await leftAfter(6, 'plain')).toStrictEqual(['+ input/a', '+ work/a', '+ worker']);
  expect(await leftAfter(7, 'plain')).toStrictEqual(['+ input/a', '+ worker']);
});

test('in a versioned bucket an expired object gets a delete marker, and noncurrent versions expire after their own days', async () => {
  await account.s3.createBucket({
    name: 'kept',
    versioning: true,
    eventBridge: false,
    expirations: [{ prefix: 'work/', days: 7 }],
    noncurrentDays: 30,
  });
  await account.client.send(new PutObjectCommand({ Bucket: 'kept', Key: 'work/a', Body: 'x' }));
  await account.client.send(new PutObjectCommand({ Bucket: 'kept', Key: 'input/a', Body: 'x' }));
  await account.client.send(new DeleteObjectCommand({ Bucket: 'kept', Key: 'input/a' }));
  expect(await leftAfter(7, 'kept')).toStrictEqual(['- input/a', '- work/a', 'marker input/a', 'marker work/a']);
  expect(await leftAfter(30, 'kept')).toStrictEqual(['- work/a', 'marker input/a', 'marker work/a']);
  expect(await leftAfter(37, 'kept')).toStrictEqual(['marker input/a', 'marker work/a']);
});

test('a delete marker is deleted once no version is left behind it, where the bucket asks for that', async () => {
  await account.s3.createBucket({
    name: 'tidy',
    versioning: true,
    eventBridge: false,
    expirations: [],
    noncurrentDays: 30,
    expiresDeleteMarkers: true,
  });
  for (const Key of ['faces/a', 'faces/b', 'faces/c', 'faces/d'])
    await account.client.send(new PutObjectCommand({ Bucket: 'tidy', Key, Body: 'x' }));
  for (const Key of ['faces/a', 'faces/b', 'faces/d'])
    await account.client.send(new DeleteObjectCommand({ Bucket: 'tidy', Key }));
  await account.client.send(new PutObjectCommand({ Bucket: 'tidy', Key: 'faces/b', Body: 'y' }));
  expect(await leftAfter(29, 'tidy')).toStrictEqual([
    '+ faces/b',
    '+ faces/c',
    '- faces/a',
    '- faces/b',
    '- faces/d',
    'marker faces/a',
    'marker faces/b',
    'marker faces/d',
  ]);
  expect(await leftAfter(30, 'tidy')).toStrictEqual(['+ faces/b', '+ faces/c', 'marker faces/a', 'marker faces/d']);
  expect(await leftAfter(30, 'tidy')).toStrictEqual(['+ faces/b', '+ faces/c']);
});
