import { Readable } from 'node:stream';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anAccount, type Account } from './account.ts';

let account: Account;
beforeAll(async () => {
  account = await anAccount();
  await account.s3.createBucket({ name: 'photos', versioning: true, eventBridge: true, expirations: [] });
});
afterAll(() => account.close());

test('a streamed body comes back as it went in', async () => {
  const bytes = Buffer.alloc(1_000_003, 'pixel ');
  await account.client.send(
    new PutObjectCommand({
      Bucket: 'photos',
      Key: 'a',
      Body: Readable.from([bytes.subarray(0, 700_000), bytes.subarray(700_000)]),
      ContentLength: bytes.length,
    }),
  );
  const got = await account.client.send(new GetObjectCommand({ Bucket: 'photos', Key: 'a' }));
  expect(Buffer.compare(Buffer.from(await got.Body!.transformToByteArray()), bytes)).toBe(0);
});
