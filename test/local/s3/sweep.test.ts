import { CreateMultipartUploadCommand, PutObjectCommand, UploadPartCommand } from '@aws-sdk/client-s3';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Blobs } from '../../../local/s3/blobs.ts';
import { anAccount } from './account.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-sweep-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function files(at = join(folder, 'blobs')): Promise<string[]> {
  const entries = await readdir(at, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

/** A bucket with an object and an upload that is not complete, and the file that a killed process left. */
async function leaveBlobs(): Promise<string[]> {
  const { client, s3, stop } = await anAccount({ folder });
  await s3.createBucket({ name: 'photos', versioning: true, eventBridge: true, expirations: [] });
  const put = (Key: string) => client.send(new PutObjectCommand({ Bucket: 'photos', Key, Body: Key }));
  for (const key of ['one', 'one', 'two']) await put(key);
  const object = { Bucket: 'photos', Key: 'large' };
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(object));
  await client.send(new UploadPartCommand({ ...object, UploadId, PartNumber: 1, Body: 'part' }));
  await stop();
  const reachable = await files();
  await new Blobs(join(folder, 'blobs')).create((path) => writeFile(path, 'never committed'));
  return reachable;
}

test('a start deletes what a killed process left, and nothing else', async () => {
  const reachable = await leaveBlobs();
  const next = await anAccount({ folder });
  await next.s3.swept;
  expect((await files()).toSorted()).toStrictEqual(reachable.toSorted());
  expect(reachable).toHaveLength(4);
  await next.stop();
});

test('what file managers put between the blobs is no fault', async () => {
  await leaveBlobs();
  await writeFile(join(folder, 'blobs/.DS_Store'), '');
  await mkdir(join(folder, 'blobs/0a/lost+found'), { recursive: true });
  const faults: unknown[] = [];
  const next = await anAccount({ folder, report: (fault) => faults.push(fault) });
  await next.s3.swept;
  expect(faults).toStrictEqual([]);
  expect(await files()).toHaveLength(5);
  await next.stop();
});

test('it begins when it is told to, and not at all if the account is closed before', async () => {
  const reachable = await leaveBlobs();
  const { promise: ready, resolve } = Promise.withResolvers<void>();
  const closed = await anAccount({ folder, after: new Promise(() => {}) });
  await closed.stop();
  const next = await anAccount({ folder, after: ready });
  await next.client.send(new PutObjectCommand({ Bucket: 'photos', Key: 'three', Body: 'three' }));
  expect(await files()).toHaveLength(reachable.length + 2);
  resolve();
  await next.s3.swept;
  expect(await files()).toHaveLength(reachable.length + 1);
  expect((await next.s3.readObject('photos', 'three')).toString()).toBe('three');
  await next.stop();
});

test('a blob that is being written stays, even if no entry names it before all is swept', async () => {
  const blobs = new Blobs(folder);
  await new Blobs(folder).create((path) => writeFile(path, 'left by another process'));
  const written = Promise.withResolvers<void>();
  const { promise: isWriting, resolve: writing } = Promise.withResolvers<void>();
  const upload = blobs.create(async (path) => {
    await writeFile(path, 'half');
    writing();
    await written.promise;
    await writeFile(path, 'whole');
  });
  await isWriting;
  const copied = await blobs.copy((await files(folder))[0]!);
  await blobs.removeUnreachable(new Set(), async () => {});
  written.resolve();
  const { blob } = await upload;
  expect((await files(folder)).toSorted()).toStrictEqual([blob, copied].toSorted());
  expect((await blobs.read({ blob, size: 5 })).toString()).toBe('whole');
});
