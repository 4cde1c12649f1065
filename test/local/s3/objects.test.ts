import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type GetObjectCommandInput,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { anAccount, NOW, type Account } from './account.ts';

let account: Account;
beforeAll(async () => {
  account = await anAccount();
  await account.s3.createBucket({ name: 'photos', versioning: true, eventBridge: true, expirations: [] });
  await account.s3.createBucket({ name: 'plain', versioning: false, eventBridge: true, expirations: [] });
  await account.s3.createBucket({ name: 'quiet', versioning: false, eventBridge: false, expirations: [] });
});
afterAll(() => account.close());
beforeEach(() => void account.events.splice(0));

const put = (Key: string, Body: string | Readable, more: Partial<PutObjectCommandInput> = {}) =>
  account.client.send(new PutObjectCommand({ Bucket: 'photos', Key, Body, ...more }));

async function text(Key: string, more: Partial<GetObjectCommandInput> = {}): Promise<string | undefined> {
  const got = await account.client.send(new GetObjectCommand({ Bucket: 'photos', Key, ...more }));
  return got.Body?.transformToString();
}

test('an object is returned with its metadata', async () => {
  await put('said', 'body', {
    ContentType: 'image/jpeg',
    CacheControl: 'no-store',
    ContentDisposition: 'inline',
    Metadata: { owner: 'ann' },
  });
  const { Body, $metadata, LastModified, VersionId, ...got } = await account.client.send(
    new GetObjectCommand({ Bucket: 'photos', Key: 'said' }),
  );
  expect([await Body?.transformToString(), $metadata.httpStatusCode, LastModified, typeof VersionId]).toStrictEqual([
    'body',
    200,
    new Date(NOW),
    'string',
  ]);
  expect(got).toStrictEqual({
    AcceptRanges: 'bytes',
    CacheControl: 'no-store',
    ChecksumCRC32: Buffer.from('dba80bb2', 'hex').toString('base64'),
    ChecksumType: 'FULL_OBJECT',
    ContentDisposition: 'inline',
    ContentLength: 4,
    ContentType: 'image/jpeg',
    ETag: '"841a2d689ad86bd1611447453c22c6fc"',
    Metadata: { owner: 'ann' },
  });
});

test.each([0, 1, 65_536, 5_000_003])(
  'a streamed body of %i bytes is returned without its chunk framing',
  async (size) => {
    const bytes = Buffer.alloc(size, 'pixels\r\n0\r\n');
    const chunks = Array.from({ length: 7 }, (_, n) => bytes.subarray((n * size) / 7, ((n + 1) * size) / 7));
    await put('streamed', Readable.from(chunks), { ContentLength: size });
    const { Body, ETag } = await account.client.send(new GetObjectCommand({ Bucket: 'photos', Key: 'streamed' }));
    expect(ETag).toBe(`"${createHash('md5').update(bytes).digest('hex')}"`);
    expect(bytes.equals((await Body?.transformToByteArray()) ?? Buffer.from('none'))).toBe(true);
  },
);

test.each(['CRC32', 'CRC32C', 'SHA1', 'SHA256'] as const)(
  'a streamed body with a %s checksum is checked when it is written and read',
  async (ChecksumAlgorithm) => {
    await put('summed', Readable.from([Buffer.from('123456789')]), { ContentLength: 9, ChecksumAlgorithm });
    expect(await text('summed', { ChecksumMode: 'ENABLED' })).toBe('123456789');
  },
);

test.each<[string, Record<string, string>]>([
  // The check values of these polynomials: https://reveng.sourceforge.io/crc-catalogue/all.htm
  ['crc32', { 'x-amz-checksum-crc32': Buffer.from('cbf43926', 'hex').toString('base64') }],
  ['crc32c', { 'x-amz-checksum-crc32c': Buffer.from('e3069283', 'hex').toString('base64') }],
  ['crc64nvme', { 'x-amz-checksum-crc64nvme': Buffer.from('ae8b14860a799888', 'hex').toString('base64') }],
  ['md5', { 'content-md5': createHash('md5').update('123456789').digest('base64') }],
  ['sha256', { 'x-amz-content-sha256': createHash('sha256').update('123456789').digest('hex') }],
])('a correct %s is accepted and a wrong one refused', async (name, headers) => {
  const send = (body: string) => fetch(`${account.url}/photos/checked`, { method: 'PUT', headers, body });
  expect((await send('123456789')).status).toBe(200);
  const refused = await send('123456780');
  const code = name === 'sha256' ? 'XAmzContentSHA256Mismatch' : 'BadDigest';
  expect([refused.status, /<Code>(.*)<\/Code>/.exec(await refused.text())?.[1]]).toStrictEqual([400, code]);
  expect(await text('checked')).toBe('123456789');
});

test.each([
  ['a wrong trailer', '3\r\nabc\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n', 'BadDigest'],
  ['a missing trailer', '3\r\nabc\r\n0\r\n\r\n', 'BadDigest'],
  ['a premature end', '3\r\nab', 'IncompleteBody'],
  ['an invalid chunk', 'xyz\r\n', 'IncompleteBody'],
  ['another length than declared', '2\r\nab\r\n0\r\nx-amz-checksum-crc32:nkg7Ag==\r\n\r\n', 'IncompleteBody'],
])('a chunked body with %s is refused and leaves nothing', async (_, body, code) => {
  const headers = {
    'content-encoding': 'aws-chunked',
    'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    'x-amz-decoded-content-length': '3',
    'x-amz-trailer': 'x-amz-checksum-crc32',
  };
  const refused = await fetch(`${account.url}/photos/refused`, { method: 'PUT', headers, body });
  expect([refused.status, /<Code>(.*)<\/Code>/.exec(await refused.text())?.[1]]).toStrictEqual([400, code]);
  await expect(text('refused')).rejects.toMatchObject({ name: 'NoSuchKey' });
  expect(account.events).toStrictEqual([]);
});

test.each([
  ['bytes=0-3', '0123', 'bytes 0-3/10'],
  ['bytes=7-', '789', 'bytes 7-9/10'],
  ['bytes=-2', '89', 'bytes 8-9/10'],
  ['bytes=8-99', '89', 'bytes 8-9/10'],
])('the range %s reads a part of the object', async (Range, body, ContentRange) => {
  await put('digits', '0123456789');
  const got = await account.client.send(new GetObjectCommand({ Bucket: 'photos', Key: 'digits', Range }));
  expect([await got.Body?.transformToString(), got.ContentRange, got.$metadata.httpStatusCode]).toStrictEqual([
    body,
    ContentRange,
    206,
  ]);
});

test('a range past the end is an error', async () => {
  await put('digits', '0123456789');
  await expect(text('digits', { Range: 'bytes=10-' })).rejects.toMatchObject({
    name: 'InvalidRange',
    $metadata: { httpStatusCode: 416 },
  });
});

test('a write with If-None-Match or If-Match is refused when the condition fails', async () => {
  const first = await put('once', 'a', { IfNoneMatch: '*' });
  await expect(put('once', 'b', { IfNoneMatch: '*' })).rejects.toMatchObject({
    name: 'PreconditionFailed',
    $metadata: { httpStatusCode: 412 },
  });
  await expect(put('once', 'b', { IfMatch: '"other"' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
  await expect(put('never', 'b', { IfMatch: '"other"' })).rejects.toMatchObject({ name: 'NoSuchKey' });
  await put('once', 'c', { IfMatch: first.ETag });
  expect(await text('once')).toBe('c');
});

test('exactly one of many concurrent conditional writes succeeds', async () => {
  const settled = await Promise.allSettled(
    Array.from({ length: 10 }, (_, n) => put('first', String(n), { IfNoneMatch: '*' })),
  );
  const winner = settled.findIndex(({ status }) => status === 'fulfilled');
  expect(settled.filter(({ status }) => status === 'fulfilled').length).toBe(1);
  expect(await text('first')).toBe(String(winner));
});

test('a read with conditions is refused or answered with 304', async () => {
  const { ETag } = await put('read', 'a');
  await expect(text('read', { IfNoneMatch: ETag })).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
  await expect(text('read', { IfMatch: '"other"' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
  await expect(text('read', { IfModifiedSince: new Date(NOW) })).rejects.toMatchObject({
    $metadata: { httpStatusCode: 304 },
  });
  expect(await text('read', { IfMatch: ETag, IfNoneMatch: '"other"' })).toBe('a');
});

test('each version exists until it is deleted', async () => {
  const [one, two] = [await put('v', '1'), await put('v', '2')];
  const marker = await account.client.send(new DeleteObjectCommand({ Bucket: 'photos', Key: 'v' }));
  expect(marker.DeleteMarker).toBe(true);
  await expect(text('v')).rejects.toMatchObject({ name: 'NoSuchKey' });
  expect([await text('v', { VersionId: one.VersionId }), await text('v', { VersionId: two.VersionId })]).toStrictEqual([
    '1',
    '2',
  ]);
  await expect(text('v', { VersionId: marker.VersionId })).rejects.toMatchObject({ name: 'MethodNotAllowed' });
  await account.client.send(new DeleteObjectCommand({ Bucket: 'photos', Key: 'v', VersionId: marker.VersionId }));
  expect(await text('v')).toBe('2');
  await account.client.send(new DeleteObjectCommand({ Bucket: 'photos', Key: 'v', VersionId: two.VersionId }));
  expect(await text('v')).toBe('1');
  await expect(text('v', { VersionId: two.VersionId })).rejects.toMatchObject({ name: 'NoSuchVersion' });
});

test('many keys are deleted in one request, whatever their names', async () => {
  const names = ['del/a&b<c>', 'del/"quoted"', 'del/new\nline', 'del/日本'];
  for (const name of names) await put(name, 'x', { Bucket: 'plain' });
  const Objects = [...names, 'del/never'].map((Key) => ({ Key }));
  const { Deleted } = await account.client.send(new DeleteObjectsCommand({ Bucket: 'plain', Delete: { Objects } }));
  expect(Deleted).toStrictEqual(Objects);
  for (const name of names) await expect(text(name, { Bucket: 'plain' })).rejects.toMatchObject({ name: 'NoSuchKey' });
});

test('a copy has the bytes and either the metadata of the source or new metadata', async () => {
  await put('from/a+b é.jpg', 'copied', { ContentType: 'image/jpeg', Metadata: { a: '1' } });
  const CopySource = `photos/${encodeURIComponent('from/a+b é.jpg')}`;
  await account.client.send(new CopyObjectCommand({ Bucket: 'plain', Key: 'to', CopySource }));
  await account.client.send(
    new CopyObjectCommand({
      Bucket: 'plain',
      Key: 'new',
      CopySource,
      MetadataDirective: 'REPLACE',
      ContentType: 'text/plain',
    }),
  );
  const heads = await Promise.all(
    ['to', 'new'].map((Key) => account.client.send(new HeadObjectCommand({ Bucket: 'plain', Key }))),
  );
  expect(heads.map(({ ContentType, Metadata, ContentLength }) => [ContentType, Metadata, ContentLength])).toStrictEqual(
    [
      ['image/jpeg', { a: '1' }, 6],
      ['text/plain', {}, 6],
    ],
  );
  expect(await text('to', { Bucket: 'plain' })).toBe('copied');
});

test.each([
  'a',
  'a/',
  '/a',
  'a//b',
  '.',
  '..',
  '../../etc/passwd',
  'a/../b',
  'b',
  'a b+c%20d%.jpg',
  'q?x=1#f',
  'new\nline',
  'tab\tret\r',
  '\u0001\u0000',
  'é',
  'e\u0301',
  '日本.jpg',
  '🙂',
  '\u{10ffff}\u{10ffff}',
  'x'.repeat(1024),
  '日'.repeat(341),
  '&<>"\'',
  '%2e%2e',
  'C:\\x',
  'a\\b',
])('the key %j names its own object only', async (key) => {
  await put(key, `body of ${key}`, { Bucket: 'quiet' });
  expect(await text(key, { Bucket: 'quiet' })).toBe(`body of ${key}`);
});

test("errors have S3's names", async () => {
  await expect(put('x'.repeat(1025), 'a')).rejects.toMatchObject({ name: 'KeyTooLongError' });
  await expect(text('none')).rejects.toMatchObject({ name: 'NoSuchKey', $metadata: { httpStatusCode: 404 } });
  await expect(text('none', { Bucket: 'nowhere' })).rejects.toMatchObject({ name: 'NoSuchBucket' });
  await expect(account.client.send(new HeadObjectCommand({ Bucket: 'photos', Key: 'none' }))).rejects.toMatchObject({
    name: 'NotFound',
  });
  const broken = await fetch(`${account.url}/photos/%ff`);
  expect([broken.status, (await broken.text()).includes('<Code>InvalidURI</Code>')]).toStrictEqual([400, true]);
  const absent = await fetch(`${account.url}/photos?policy`);
  expect([absent.status, (await absent.text()).includes('<Code>NotImplemented</Code>')]).toStrictEqual([501, true]);
});

test('an object too large is refused before it is sent', async () => {
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  const headers = { 'content-length': String(5 * 1024 ** 3 + 1) };
  const upload = request(`${account.url}/photos/huge`, { method: 'PUT', headers }, (response) =>
    resolve(response.statusCode),
  );
  upload.on('error', () => {});
  upload.flushHeaders();
  expect(await promise).toBe(400);
  upload.destroy();
});

test('an upload that is cut off leaves nothing', async () => {
  const upload = request(`${account.url}/photos/broken`, { method: 'PUT', headers: { 'content-length': '100' } });
  const closed = new Promise((resolve) => upload.on('close', resolve).on('error', () => {}));
  upload.write('some', () => upload.destroy());
  await closed;
  await expect(text('broken')).rejects.toMatchObject({ name: 'NoSuchKey' });
  expect(account.events).toStrictEqual([]);
});

test('objects are read by a presigned URL with header overrides, and by virtual host', async () => {
  await put('said', 'body');
  const presigned = await fetch(`${account.url}/photos/said?X-Amz-Signature=any&response-content-type=text%2Fhtml`);
  expect([presigned.headers.get('content-type'), await presigned.text()]).toStrictEqual(['text/html', 'body']);
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const get = request(
    `${account.url}/said`,
    { headers: { host: `photos.localhost:${new URL(account.url).port}` } },
    (response) => {
      response.toArray().then((chunks) => resolve(Buffer.concat(chunks as Buffer[])), reject);
    },
  );
  get.on('error', reject).end();
  expect((await promise).toString()).toBe('body');
});

test('tags of an upload are kept with their version, copied, and counted', async () => {
  const { VersionId } = await put('tagged', 'body', { Tagging: 'recognition=off&album=a%20b' });
  await put('tagged', 'untagged body');
  const tags = [
    { Key: 'recognition', Value: 'off' },
    { Key: 'album', Value: 'a b' },
  ];
  const tagsOf = async (Key: string, version?: string) => {
    const of = { Bucket: 'photos', Key, VersionId: version };
    const { TagSet } = await account.client.send(new GetObjectTaggingCommand(of));
    const { TagCount } = await account.client.send(new GetObjectCommand(of));
    return [TagSet, TagCount];
  };
  expect(await tagsOf('tagged', VersionId)).toStrictEqual([tags, 2]);
  expect(await tagsOf('tagged')).toStrictEqual([[], undefined]);
  const CopySource = `photos/tagged?versionId=${VersionId}`;
  await account.client.send(new CopyObjectCommand({ Bucket: 'photos', Key: 'copied', CopySource }));
  expect(await tagsOf('copied')).toStrictEqual([tags, 2]);
});
