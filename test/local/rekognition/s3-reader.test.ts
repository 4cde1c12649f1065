import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Listening, listen, send } from '../../../local/http.ts';
import { s3Reader } from '../../../local/rekognition/s3-reader.ts';
import { errorOf } from './service.ts';

let s3: Listening;
const asked: string[] = [];
const read = () =>
  s3Reader(
    new S3Client({
      endpoint: s3.url,
      region: 'eu-west-1',
      forcePathStyle: true,
      maxAttempts: 1,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    }),
  );
beforeAll(async () => {
  s3 = await listen((request, response) => {
    asked.push(request.url!);
    if (request.url!.includes('missing')) return send(response, 404, {}, '<Error><Code>NoSuchKey</Code></Error>');
    if (!request.url!.includes('huge')) return send(response, 200, {}, 'picture');
    response.writeHead(200, { 'content-length': 15_728_641 });
    response.write('the rest never comes');
  });
});
afterAll(() => s3.close());

test('an object is read by its key, and a version of it by its id', async () => {
  expect((await read()('bucket', 'a+b ü.jpg')).toString()).toBe('picture');
  expect((await read()('bucket', 'photo.jpg', 'v1')).toString()).toBe('picture');
  expect(asked).toStrictEqual([
    '/bucket/a%2Bb%20%C3%BC.jpg?x-id=GetObject',
    '/bucket/photo.jpg?versionId=v1&x-id=GetObject',
  ]);
});

test('an object that is missing or too large is not read', async () => {
  expect(await errorOf(read()('bucket', 'missing.jpg'))).toMatch(/^NoSuchKey: /);
  expect(await errorOf(read()('bucket', 'huge.jpg'))).toBe(
    'ImageTooLargeException: Image size is too large: 15728641 bytes, the limit is 15728640',
  );
});
