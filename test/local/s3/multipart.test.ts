import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListPartsCommand,
  UploadPartCommand,
  type CompletedPart,
  type CreateMultipartUploadCommandInput,
} from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { anAccount, type Account } from './account.ts';

const MB = 1024 * 1024;
const AT = { Bucket: 'photos', Key: 'input/large é.tiff' };

let account: Account;
beforeEach(async () => {
  account = await anAccount();
  await account.s3.createBucket({ name: 'photos', versioning: false, eventBridge: true, expirations: [] });
});
afterEach(() => account.close());

async function upload(bodies: readonly Buffer[], options: Partial<CreateMultipartUploadCommandInput> = {}) {
  const { UploadId } = await account.client.send(new CreateMultipartUploadCommand({ ...AT, ...options }));
  const Parts: CompletedPart[] = [];
  for (const [at, Body] of bodies.entries()) {
    const part = {
      ...AT,
      UploadId,
      PartNumber: at + 1,
      Body,
      ...(options.ChecksumAlgorithm && { ChecksumAlgorithm: options.ChecksumAlgorithm }),
    };
    const { $metadata, ...sums } = await account.client.send(new UploadPartCommand(part));
    expect($metadata.httpStatusCode).toBe(200);
    Parts.push({ PartNumber: at + 1, ...sums });
  }
  return {
    UploadId,
    Parts,
    complete: (parts = Parts) =>
      account.client.send(new CompleteMultipartUploadCommand({ ...AT, UploadId, MultipartUpload: { Parts: parts } })),
  };
}

async function files(): Promise<number> {
  const entries = await readdir(join(account.folder, 'blobs'), { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).length;
}

test.each<Partial<CreateMultipartUploadCommandInput>>([
  {},
  { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' },
  { ChecksumAlgorithm: 'SHA256' },
])('parts become one object: %j', async (options) => {
  const bodies = [Buffer.alloc(5 * MB, 'a'), Buffer.alloc(5 * MB, 'b'), Buffer.from('last')];
  const { UploadId, complete } = await upload(bodies, { ContentType: 'image/tiff', ...options });
  const parts = await account.client.send(new ListPartsCommand({ ...AT, UploadId, MaxParts: 2 }));
  expect([parts.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size]), parts.IsTruncated]).toStrictEqual([
    [
      [1, 5 * MB],
      [2, 5 * MB],
    ],
    true,
  ]);
  const md5s = Buffer.concat(bodies.map((body) => createHash('md5').update(body).digest()));
  const ETag = `"${createHash('md5').update(md5s).digest('hex')}-3"`;
  expect((await complete()).ETag).toBe(ETag);
  const got = await account.client.send(new GetObjectCommand(AT));
  const bytes = await got.Body?.transformToByteArray();
  expect([got.ETag, got.ContentType, Buffer.concat(bodies).equals(bytes ?? Buffer.from(''))]).toStrictEqual([
    ETag,
    'image/tiff',
    true,
  ]);
  expect(await files()).toBe(1);
  await expect(complete()).rejects.toMatchObject({ name: 'NoSuchUpload' });
});

test('a part that is uploaded again replaces the first', async () => {
  const { UploadId, complete } = await upload([Buffer.from('first')]);
  const { ETag } = await account.client.send(new UploadPartCommand({ ...AT, UploadId, PartNumber: 1, Body: 'second' }));
  await expect(complete()).rejects.toMatchObject({ name: 'InvalidPart' });
  await complete([{ PartNumber: 1, ETag }]);
  expect((await account.s3.readObject(AT.Bucket, AT.Key)).toString()).toBe('second');
  expect(await files()).toBe(1);
});

test('parts that are out of order or too small are refused', async () => {
  const { Parts, complete } = await upload([Buffer.from('a'), Buffer.from('b')]);
  await expect(complete(Parts.toReversed())).rejects.toMatchObject({ name: 'InvalidPartOrder' });
  await expect(complete()).rejects.toMatchObject({ name: 'EntityTooSmall' });
  expect(account.events).toStrictEqual([]);
});

test('an aborted upload leaves nothing', async () => {
  const { UploadId, complete } = await upload([Buffer.from('a')]);
  await account.client.send(new AbortMultipartUploadCommand({ ...AT, UploadId }));
  await expect(complete()).rejects.toMatchObject({ name: 'NoSuchUpload' });
  expect(await files()).toBe(0);
});

test('an upload can continue after a restart', async () => {
  const { UploadId, Parts } = await upload([Buffer.from('kept')]);
  await account.stop();
  const later = await anAccount({ folder: account.folder });
  await later.client.send(new CompleteMultipartUploadCommand({ ...AT, UploadId, MultipartUpload: { Parts } }));
  expect((await later.s3.readObject(AT.Bucket, AT.Key)).toString()).toBe('kept');
  await later.close();
});
