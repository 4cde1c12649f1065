import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { expect, test } from 'vitest';
import { workPrefixOf } from '../../../schemas/keys.ts';
import { BucketSigner } from '../../../web/api/signing/bucket-signer.ts';
import { aFaceRecord, aPhotoRecord } from '../../support/builders.ts';

const credentials = {
  accessKeyId: 'AKIAEXAMPLE',
  secretAccessKey: 'secret/of+it',
  sessionToken: 'a token/with+signs==',
};
const region = 'eu-west-1';
const Bucket = 'rollcall-111122223333';
const NOW = new Date('2026-11-24T12:34:56Z');
const HOUR = new Date('2026-11-24T12:00:00Z');
const VALID = { expiresIn: 10_800 };
const PICTURE = { ResponseCacheControl: 'private, max-age=600', ResponseContentType: 'image/jpeg' };

const signer = new BucketSigner({
  bucketUrl: `https://${Bucket}.s3.${region}.amazonaws.com`,
  region,
  credentials,
  now: () => NOW,
});
const sdk = new S3Client({
  region,
  credentials,
  requestChecksumCalculation: 'WHEN_REQUIRED',
  responseChecksumValidation: 'WHEN_REQUIRED',
});

/** An address in its parts, of which only the order may differ. */
function partsOf(address: string) {
  const { origin, pathname, searchParams } = new URL(address);
  return { origin, pathname, query: Object.fromEntries(searchParams) };
}

const presigned = async (input: Omit<GetObjectCommand['input'], 'Bucket'>) =>
  partsOf(await getSignedUrl(sdk, new GetObjectCommand({ Bucket, ...input }), { ...VALID, signingDate: HOUR }));

const KEYS = ['0a1b/000.jpg', "a+b 100% (1)!*'.jpg", 'Straße/日本 \u202e.jpg', 'a?b#c&d=e~_.-.jpg', '//a//b'];

test.each(KEYS)('the address of a crop is the one that the SDK gives: %s', async (name) => {
  const crop_key = `faces/${name}`;
  const crop = signer.crop({ ...aFaceRecord(), crop_key });
  expect(partsOf(crop)).toStrictEqual(await presigned({ Key: crop_key, ...PICTURE }));
});

test('a picture is that of the scaled copy of this version, in the folder of work that forgetting empties', async () => {
  const photo = aPhotoRecord({ key: 'input/a.jpg', etag: 'e1', version_id: 'v1' });
  const Key = `${workPrefixOf('input/a.jpg', 'e1', 'v1')}scaled-480.jpg`;
  expect(partsOf(signer.picture(photo, '480'))).toStrictEqual(await presigned({ Key, ...PICTURE }));
});

test('a result is read as JSON', async () => {
  const result = signer.result({ ...aPhotoRecord(), processed_key: 'processed/a.json' });
  const input = { Key: 'processed/a.json', ResponseContentType: 'application/json' };
  expect(partsOf(result)).toStrictEqual(await presigned(input));
});

test('an upload is signed with its type, its metadata and its size, at this time', async () => {
  const object = { key: 'input/party/a b.jpg', type: 'image/jpeg', size: 1234, metadata: { lane: 'bulk' } };
  const put = new PutObjectCommand({
    Bucket,
    Key: object.key,
    ContentType: object.type,
    ContentLength: object.size,
    Metadata: object.metadata,
  });
  const headers = new Set(['content-type', 'content-length', 'x-amz-meta-lane']);
  const expected = await getSignedUrl(sdk, put, {
    ...VALID,
    signingDate: NOW,
    signableHeaders: headers,
    unhoistableHeaders: headers,
  });
  const upload = signer.upload(object, NOW);
  expect({ ...upload, url: partsOf(upload.url) }).toStrictEqual({
    url: partsOf(expected),
    headers: { 'content-type': 'image/jpeg', 'x-amz-meta-lane': 'bulk' },
  });
});

test('within an hour an address stays the same, so that a browser finds what it keeps', () => {
  const at = (now: string) =>
    new BucketSigner({
      bucketUrl: 'https://b.example',
      region,
      credentials,
      now: () => new Date(now),
    });
  const face = { ...aFaceRecord(), crop_key: 'faces/0.jpg' };
  const addresses = ['2026-11-24T12:00:00Z', '2026-11-24T12:59:59Z', '2026-11-24T13:00:00Z'].map((now) =>
    at(now).crop(face),
  );
  expect([addresses[1] === addresses[0], addresses[2] === addresses[0]]).toStrictEqual([true, false]);
});

test('a bucket can be addressed by its path, as at another endpoint', () => {
  const other = new BucketSigner({
    bucketUrl: 'http://127.0.0.1:4566/photos',
    region,
    credentials,
    now: () => NOW,
  });
  const address = other.crop({ ...aFaceRecord(), crop_key: 'faces/0 1.jpg' });
  expect(address.slice(0, address.indexOf('?'))).toBe('http://127.0.0.1:4566/photos/faces/0%201.jpg');
});
