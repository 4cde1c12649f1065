import { PutObjectCommand } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startEvents } from '../../../local/events/bus.ts';
import type { EventBridgeEvent } from '../../../local/events/event.ts';
import { openCatalog, type ObjectVersion } from '../../../local/s3/catalog.ts';
import { startS3 } from '../../../local/s3/server.ts';
import { openStore } from '../../../local/store.ts';
import { randomFrom } from '../../support/random.ts';
import { startProcess } from '../server-process.ts';
import { aClient } from './account.ts';
import { EVERY_OBJECT } from './every-object.ts';

const KILLS = 5;
const SCRIPT = new URL('process.ts', import.meta.url);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-kill-'));
});
afterEach(() => rm(folder, { recursive: true }));

interface Upload {
  readonly bucket: string;
  readonly key: string;
  readonly md5: string;
  readonly versionId: string | undefined;
}

/** Uploads without pause until the server is killed, and returns the acknowledged uploads. */
async function uploadUntilKilled(random: () => number, round: number): Promise<Upload[]> {
  const server = await startProcess(SCRIPT, folder);
  const client = aClient(server.url);
  const done: Upload[] = [];
  const dead = new AbortController();
  const uploader = async (worker: number) => {
    for (let n = 0; !dead.signal.aborted; n++) {
      const bucket = n % 2 === 0 ? 'versioned' : 'plain';
      // Five keys for each worker, so that most uploads replace an object.
      const key = `input/${worker}-${n % 5}`;
      const Body = Buffer.alloc(1 + Math.floor(random() * 100_000), `${round} ${worker} ${n} `);
      const md5 = createHash('md5').update(Body).digest('hex');
      const sent = await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body })).catch(() => undefined);
      if (sent) done.push({ bucket, key, md5, versionId: sent.VersionId });
    }
  };
  const uploads = Promise.all(Array.from({ length: 4 }, (_, worker) => uploader(worker)));
  await sleep(100 + random() * 300);
  await server.kill();
  dead.abort();
  await uploads;
  client.destroy();
  return done;
}

test('when the process is killed, no acknowledged object or its event is lost, and no file is left over', async () => {
  const random = randomFrom(20260301);
  const acknowledged: Upload[] = [];
  for (let round = 0; round < KILLS; round++) acknowledged.push(...(await uploadUntilKilled(random, round)));
  expect(acknowledged.length).toBeGreaterThan(KILLS);

  const delivered = (await readFile(join(folder, 'deliveries'), 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  const store = await openStore(join(folder, 'store'));
  const place = { region: 'us-east-1', accountId: '123456789012', deadLetter: async () => {} };
  const deliver = { states: async ({ event }: { event: EventBridgeEvent }) => void delivered.push(event.detail) };
  const bus = await startEvents({ store, ...place, deliver });
  const s3 = await startS3({ store, folder: join(folder, 'blobs'), deliver: (event) => bus.put(event) });
  // Events still in the outbox are matched only once the rules are set.
  bus.setRules([EVERY_OBJECT]);
  await s3.idle();
  await bus.idle();
  await s3.swept;

  const versions: (ObjectVersion & { bucket: string })[] = [];
  for await (const [entry, version] of openCatalog(store).versions.iterator()) {
    versions.push({ ...version, bucket: entry.slice(0, entry.indexOf('/')) });
  }
  for (const { bucket, key, versionId, content } of versions) {
    const bytes = await s3.readObject(bucket, key, versionId);
    expect(createHash('md5').update(bytes).digest('hex')).toBe(content?.etag);
  }
  const kept = new Set(versions.map(({ bucket, key, versionId }) => `${bucket}/${key}?${versionId}`));
  const lost = acknowledged.filter(({ bucket, key, versionId = 'null' }) => !kept.has(`${bucket}/${key}?${versionId}`));
  expect(lost).toStrictEqual([]);

  type Detail = { bucket: { name: string }; object: { key: string; etag: string; 'version-id'?: string } };
  const told = new Set(
    (delivered as Detail[]).map(
      ({ bucket, object }) => `${bucket.name}/${object.key}?${object['version-id']} ${object.etag}`,
    ),
  );
  const silent = acknowledged.filter(
    ({ bucket, key, versionId, md5 }) => !told.has(`${bucket}/${key}?${versionId} ${md5}`),
  );
  expect(silent).toStrictEqual([]);

  const files = (await readdir(join(folder, 'blobs'), { withFileTypes: true, recursive: true })).filter((entry) =>
    entry.isFile(),
  );
  expect(files.map(({ name }) => name).sort()).toStrictEqual(versions.map(({ content }) => content?.blob).sort());
  await s3.close();
  await bus.close();
  await store.close();
});
