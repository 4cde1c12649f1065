import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { FAULTS } from './fault-kinds.ts';
import { faultInCall, type TaskCall } from './injector.ts';
import { makeSamplePictures, type SamplePictures } from '../support/sample-pictures.ts';
import { randomFrom } from '../support/random.ts';
import { failedExecutions, redriveAll } from '../support/redrive.ts';
import { CachingEngine } from '../support/caching-engine.ts';
import { snapshotOf } from './snapshot.ts';
import { prepareStack, type PreparedStack } from '../support/stack.ts';
import { startFaultAccount, rowsOf, type FaultAccount, type Upload } from './fault-account.ts';
import { machineArn } from '../../statemachines/registry.ts';

let folders: PreparedStack;
let engine: CachingEngine;
let pictures: SamplePictures;
let stand: FaultAccount;
beforeAll(async () => {
  folders = await prepareStack({ functionSeconds: 4 });
  engine = new CachingEngine(folders.faces);
  pictures = await makeSamplePictures();
  stand = await startFaultAccount(folders, engine);
});
afterAll(async () => {
  await stand.close();
  await engine.close();
  await folders.remove();
});
beforeEach(async () => {
  stand.injector.arm();
  await stand.clear();
});

/** No rule watches it: here the test delivers the events. */
const KEY = 'elsewhere/photo.jpg';

async function deliver({ key, size, etag, version }: Upload): Promise<void> {
  const object = {
    key,
    size,
    etag,
    'version-id': version,
    sequencer: String(stand.uploads.findIndex((one) => one.version === version) + 1),
  };
  const detail = { bucket: { name: stand.account.deployment.bucket }, object };
  const input = JSON.stringify({ time: '2026-03-01T12:00:00Z', detail });
  await stand.sfn.send(
    new StartExecutionCommand({ stateMachineArn: machineArn(stand.account.deployment, 'recognition'), input }),
  );
}

/** What a reader sees: the rows, and what is in `processed/`. */
async function result(): Promise<unknown> {
  const { results, objects } = await snapshotOf(stand);
  const processed = Object.entries(objects as object).filter(([key]) => key.startsWith('processed/'));
  // Which of several executions did it is nobody's business.
  return JSON.parse(JSON.stringify({ results, processed }).replaceAll(/execution-\d+/g, 'an execution'));
}

async function twoVersions(): Promise<void> {
  await stand.clear();
  await stand.upload(KEY, pictures.pair);
  await stand.upload(KEY, pictures.solo);
}

/** Two versions, each event once, in order, one after the other. */
async function undisturbed(): Promise<{ expected: unknown; calls: readonly TaskCall[] }> {
  await twoVersions();
  for (const upload of stand.uploads) {
    await deliver(upload);
    await stand.account.idle();
  }
  return { expected: await result(), calls: stand.injector.calls };
}

/** Which version's event comes next, and whether the one before has been dealt with by then. */
const someDeliveries = fc
  .tuple(
    fc.shuffledSubarray([0, 0, 0, 1, 1, 1], { minLength: 2 }),
    fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
  )
  .filter(([versions]) => versions.includes(1))
  .map(([versions, waits]) => versions.map((version, at) => ({ version, wait: waits[at] ?? true })));

test('events that come twice, three times, in any order and at once end as each once and in order', async () => {
  const { expected, calls } = await undisturbed();
  const quick = FAULTS.filter(({ lasts, what }) => lasts !== 'until lifted' && what !== 'silence');
  const someFault = fc.option(fc.record({ target: fc.constantFrom(...calls), fault: fc.constantFrom(...quick) }));
  await fc.assert(
    fc.asyncProperty(someDeliveries, someFault, async (deliveries, fault) => {
      await twoVersions();
      stand.injector.arm(fault === null ? undefined : faultInCall(fault.target, fault.fault));
      for (const { version, wait } of deliveries) {
        await deliver(stand.uploads[version]!);
        if (wait) await stand.account.idle();
      }
      await stand.account.idle();
      stand.injector.disarm();
      expect(await redriveAll(stand, await failedExecutions(stand))).toStrictEqual([]);
      expect(await result()).toStrictEqual(expected);
    }),
    { numRuns: Number(process.env['DELIVERIES'] ?? 6), endOnFailure: true },
  );
}, 120_000);

test('an event in whose time the object was deleted rejects the photo', async () => {
  const upload = await stand.upload(KEY, pictures.solo);
  const { bucket, results_table } = stand.account.deployment;
  await stand.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: KEY, VersionId: upload.version }));
  await deliver(upload);
  await stand.account.idle();
  const rows = await rowsOf(stand.table, results_table);
  expect(rows.map(({ record, status, reason }) => [record, status, reason])).toStrictEqual([
    ['photo', 'REJECTED', 'ImageGone'],
  ]);
});

test('a table that throttles a third of all requests delays results and changes none', async () => {
  const { expected } = await undisturbed();
  await twoVersions();
  const random = randomFrom(1);
  const [throttled] = FAULTS;
  stand.injector.arm({ fault: throttled!, meets: ({ service }) => service === 'dynamodb' && random() < 1 / 3 });
  for (const upload of stand.uploads) await deliver(upload);
  await stand.account.idle();
  expect(stand.injector.hits).toBeGreaterThan(3);
  expect(await failedExecutions(stand)).toStrictEqual([]);
  expect(await result()).toStrictEqual(expected);
});
