import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketLocationCommand,
  GetBucketVersioningCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type ListObjectsV2CommandInput,
} from '@aws-sdk/client-s3';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anAccount, type Account } from './account.ts';

let account: Account;
beforeAll(async () => {
  account = await anAccount();
});
afterAll(() => account.close());

let buckets = 0;
async function aBucket(keys: readonly string[], versioning = false): Promise<string> {
  const name = `bucket-${++buckets}`;
  await account.s3.createBucket({ name, versioning, eventBridge: false, expirations: [] });
  for (const Key of keys) await account.client.send(new PutObjectCommand({ Bucket: name, Key, Body: Key }));
  return name;
}

interface Listing {
  readonly keys: (string | undefined)[];
  readonly prefixes: (string | undefined)[];
  readonly sizes: number[];
}

async function list(Bucket: string, options: Partial<ListObjectsV2CommandInput> = {}): Promise<Listing> {
  const listing: Listing = { keys: [], prefixes: [], sizes: [] };
  let ContinuationToken: string | undefined;
  do {
    const page = await account.client.send(new ListObjectsV2Command({ Bucket, ...options, ContinuationToken }));
    listing.keys.push(...(page.Contents ?? []).map(({ Key }) => Key));
    listing.prefixes.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
    listing.sizes.push(page.KeyCount ?? -1);
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return listing;
}

const inBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

test('keys are listed in the order of their bytes', async () => {
  // U+1F642 is four bytes in UTF-8, but in UTF-16, in which JavaScript sorts, it comes before U+FF21.
  const keys = ['a', 'B', 'ä', 'Ａ', '🙂', 'a/b', 'a-b', 'a\u0000', 'new\nline'];
  const bucket = await aBucket(keys);
  expect((await list(bucket)).keys).toStrictEqual(keys.toSorted(inBytes));
});

test('a delimiter groups keys into common prefixes, page by page', async () => {
  const bucket = await aBucket(['a', 'b/1', 'b/2', 'b/c/3', 'd', 'e/4', 'e']);
  expect(await list(bucket, { Delimiter: '/', MaxKeys: 2 })).toStrictEqual({
    keys: ['a', 'd', 'e'],
    prefixes: ['b/', 'e/'],
    sizes: [2, 2, 1],
  });
  expect(await list(bucket, { Delimiter: '/', Prefix: 'b/' })).toStrictEqual({
    keys: ['b/1', 'b/2'],
    prefixes: ['b/c/'],
    sizes: [3],
  });
  expect((await list(bucket, { StartAfter: 'b/2' })).keys).toStrictEqual(['b/c/3', 'd', 'e', 'e/4']);
  expect(await list(bucket, { MaxKeys: 0 })).toStrictEqual({ keys: [], prefixes: [], sizes: [0] });
});

test('keys are URL-encoded on request', async () => {
  const bucket = await aBucket(['a b/é+\n']);
  expect((await list(bucket, { EncodingType: 'url' })).keys).toStrictEqual(['a%20b/%C3%A9%2B%0A']);
});

const anyKey = fc
  .string({
    unit: fc.constantFrom('a', 'b', '/', '-', '\u0000', '\u0001', 'é', '🙂', '\uffff', '\u{10ffff}'),
    minLength: 1,
    maxLength: 6,
  })
  .filter((key) => key !== '/');

test('any listing equals a filtered and sorted list of the keys', async () => {
  const property = fc.asyncProperty(
    fc.uniqueArray(anyKey, { maxLength: 12 }),
    fc.constantFrom('', 'a', 'a/', '\u{10ffff}', 'é'),
    fc.constantFrom(undefined, '/', '-', 'ab'),
    fc.integer({ min: 1, max: 5 }),
    async (keys, Prefix, Delimiter, MaxKeys) => {
      const bucket = await aBucket(keys);
      const within = keys.filter((key) => key.startsWith(Prefix));
      const folded = (key: string) => (Delimiter === undefined ? -1 : key.indexOf(Delimiter, Prefix.length));
      const prefixes = within
        .filter((key) => folded(key) >= 0)
        .map((key) => key.slice(0, folded(key) + (Delimiter ?? '').length));
      const { sizes, ...listing } = await list(bucket, { Prefix, Delimiter, MaxKeys });
      expect(listing).toStrictEqual({
        keys: within.filter((key) => folded(key) < 0).sort(inBytes),
        prefixes: Array.from(new Set(prefixes)).sort(inBytes),
      });
      expect(sizes.slice(0, -1).every((size) => size === MaxKeys)).toBe(true);
    },
  );
  await fc.assert(property, { numRuns: 60 });
});

test('versions are listed newest first within each key, over any pages, and objects behind a delete marker are not listed', async () => {
  const bucket = await aBucket(['a', 'b', 'a', 'a'], true);
  await account.client.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'a' }));
  expect((await list(bucket)).keys).toStrictEqual(['b']);
  const seen: unknown[] = [];
  let markers: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
  for (let more: boolean | undefined = true; more;) {
    const page = await account.client.send(new ListObjectVersionsCommand({ Bucket: bucket, MaxKeys: 1, ...markers }));
    for (const { Key, IsLatest } of page.DeleteMarkers ?? []) seen.push(['marker', Key, IsLatest]);
    for (const { Key, IsLatest, Size } of page.Versions ?? []) seen.push(['version', Key, IsLatest, Size]);
    markers = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
    more = page.IsTruncated;
  }
  expect(seen).toStrictEqual([
    ['marker', 'a', true],
    ['version', 'a', false, 1],
    ['version', 'a', false, 1],
    ['version', 'a', false, 1],
    ['version', 'b', true, 1],
  ]);
});

test('buckets are created, described, listed, and deleted when empty', async () => {
  const Bucket = 'made-by-client';
  await account.client.send(new CreateBucketCommand({ Bucket }));
  await expect(account.client.send(new CreateBucketCommand({ Bucket }))).rejects.toMatchObject({
    name: 'BucketAlreadyOwnedByYou',
  });
  await expect(account.client.send(new CreateBucketCommand({ Bucket: 'Not_Valid' }))).rejects.toMatchObject({
    name: 'InvalidBucketName',
  });
  expect((await account.client.send(new HeadBucketCommand({ Bucket }))).BucketRegion).toBe('us-east-1');
  expect((await account.client.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBe(undefined);
  expect((await account.client.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe(undefined);
  const { Buckets = [] } = await account.client.send(new ListBucketsCommand());
  expect(Buckets.filter(({ Name }) => Name === Bucket).length).toBe(1);
  await account.client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'a' }));
  await expect(account.client.send(new DeleteBucketCommand({ Bucket }))).rejects.toMatchObject({
    name: 'BucketNotEmpty',
  });
  await account.client.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
  await account.client.send(new DeleteBucketCommand({ Bucket }));
  await expect(account.client.send(new HeadBucketCommand({ Bucket }))).rejects.toMatchObject({ name: 'NotFound' });
});

test('a bucket that is created again keeps its objects and takes the new configuration', async () => {
  const bucket = await aBucket(['a']);
  await account.s3.createBucket({ name: bucket, versioning: true, eventBridge: false, expirations: [] });
  expect((await account.client.send(new GetBucketVersioningCommand({ Bucket: bucket }))).Status).toBe('Enabled');
  await account.client.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'a' }));
  expect((await account.s3.readObject(bucket, 'a', 'null')).toString()).toBe('a');
});
