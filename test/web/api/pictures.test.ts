import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Pictures } from '../../../web/api/pictures/pictures.ts';
import { OwnSigner } from '../../../web/api/signing/own-signer.ts';
import { aJpeg } from '../../support/pictures.ts';
import { anApi, type TestApi } from './an-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await anApi();
});
afterAll(() => api.account.close());

async function putPhoto(Key: string): Promise<string> {
  const { s3, deployment } = api.account.target;
  const { VersionId } = await s3.send(
    new PutObjectCommand({ Bucket: deployment.bucket, Key, Body: await aJpeg(800, 600) }),
  );
  return VersionId!;
}

test('a scaled copy that nobody waits for any more is not made, and one that somebody else waits for is', async () => {
  const versions = new Map<string, string>();
  for (const name of ['busy-0', 'busy-1', 'left', 'shared', 'wanted']) {
    versions.set(name, await putPhoto(`input/${name}.jpg`));
  }
  const made: string[] = [];
  const held = Promise.withResolvers<void>();
  const pictures = new Pictures(api.account.target, {
    read: async () => undefined,
    write: async ({ key }) => {
      made.push(key);
      await held.promise;
    },
  });
  const app = api.app(undefined, { pictures });
  const ask = async (name: string, signal?: AbortSignal) => {
    const path = new OwnSigner('a key').sign(`/api/pictures/${name}.jpg`, { version: versions.get(name)! });
    const { status } = await app.request(path, { ...(signal && { signal }) });
    return `${name}: ${status}`;
  };
  const leaving = new AbortController();
  // Two are scaled at once at most.
  const busy = [ask('busy-0'), ask('busy-1')];
  await expect.poll(() => made.length).toBeGreaterThan(0);
  const others = [ask('left', leaving.signal), ask('shared', leaving.signal), ask('shared'), ask('wanted')];
  leaving.abort();
  held.resolve();
  expect(await Promise.all([...busy, ...others])).toEqual([
    'busy-0: 200',
    'busy-1: 200',
    'left: 499',
    'shared: 200',
    'shared: 200',
    'wanted: 200',
  ]);
  expect(made.toSorted()).toEqual(['busy-0', 'busy-1', 'shared', 'wanted'].map((name) => `input/${name}.jpg`));
  expect(api.faults).toEqual([]);
});
