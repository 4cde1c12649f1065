import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Outbox } from '../../../local/outbox.ts';
import { Blobs } from '../../../local/s3/blobs.ts';
import { currentVersion, openCatalog } from '../../../local/s3/catalog.ts';
import { S3Storage } from '../../../local/s3/storage.ts';
import { openSequence } from '../../../local/sequence.ts';
import { openStore } from '../../../local/store.ts';

const CAUSE = { reason: 'Lifecycle Expiration', requestId: 'expire', sourceAddress: '' } as const;

async function aStorage(): Promise<S3Storage> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-storage-'));
  const store = await openStore(join(folder, 'store'));
  const catalog = openCatalog(store);
  const outbox = new Outbox({ events: catalog.outbox, deliver: async () => {}, report: () => {} });
  onTestFinished(async () => {
    await outbox.close();
    await store.close();
    await rm(folder, { recursive: true });
  });
  let ids = 0;
  return new S3Storage({
    catalog,
    blobs: new Blobs(join(folder, 'blobs')),
    region: 'us-east-1',
    accountId: '123456789012',
    now: () => new Date('2026-03-01T12:00:00Z'),
    newId: () => `id-${++ids}`,
    sequence: await openSequence(store, 's3'),
    outbox,
  });
}

test.each([true, false])(
  'an object that was replaced meanwhile does not expire (versioning: %s)',
  async (versioning) => {
    const storage = await aStorage();
    const created = '2026-03-01T12:00:00.000Z';
    const bucket = { name: 'photos', versioning, eventBridge: false, expirations: [], created };
    const put = async () => {
      const { blob } = await storage.blobs.create((path) => writeFile(path, 'x'));
      const content = { blob, size: 1, etag: '9dd4e461268c8034f5c8564e155c67a6', headers: {} };
      return storage.put({ bucket, key: 'work/a', content, cause: { ...CAUSE, reason: 'PutObject' } });
    };
    const expired = await put();
    const newer = await put();
    expect(await storage.deleteObject(bucket, 'work/a', CAUSE, expired)).toBeUndefined();
    expect(await currentVersion(storage.catalog, 'photos', 'work/a')).toStrictEqual(newer);
    expect(await storage.deleteObject(bucket, 'work/a', CAUSE, newer)).toBeDefined();
    expect((await currentVersion(storage.catalog, 'photos', 'work/a'))?.content).toBeUndefined();
  },
);
