import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { scanTable } from '../../recording/replay/table-rows.ts';
import { machineArn } from '../../statemachines/registry.ts';
import { CachingEngine } from '../support/caching-engine.ts';
import { randomFrom } from '../support/random.ts';
import { failedExecutions, redriveAll } from '../support/redrive.ts';
import { makeSamplePictures, type SamplePictures } from '../support/sample-pictures.ts';
import { prepareStack, type PreparedStack } from '../support/stack.ts';
import type { UploadedObject } from '../support/test-account.ts';
import { startFaultAccount, type FaultAccount } from './fault-account.ts';
import { FAULTS } from './fault-kinds.ts';
import { faultInCall, type TaskCall } from './injector.ts';
import { snapshotOf } from './snapshot.ts';

let prepared: PreparedStack;
let engine: CachingEngine;
let pictures: SamplePictures;
let account: FaultAccount;
beforeAll(async () => {
  prepared = await prepareStack({ functionSeconds: 4 });
  engine = new CachingEngine(prepared.faces);
  pictures = await makeSamplePictures();
  account = await startFaultAccount(prepared.stack, engine);
});
afterAll(async () => {
  await account.close();
  await engine.close();
  await prepared.remove();
});
beforeEach(async () => {
  account.injector.arm();
  await account.clear();
});

/** No rule matches this key: the test delivers the events itself. */
const KEY = 'elsewhere/photo.jpg';

async function deliver({ key, size, etag, version }: UploadedObject): Promise<void> {
  const object = {
    key,
    size,
    etag,
    'version-id': version,
    sequencer: String(account.uploads.findIndex((one) => one.version === version) + 1),
  };
  const detail = { bucket: { name: account.deployment.bucket }, object };
  const input = JSON.stringify({ time: '2026-03-01T12:00:00Z', detail });
  await account.sfn.send(
    new StartExecutionCommand({ stateMachineArn: machineArn(account.deployment, 'recognition'), input }),
  );
}

/** What users see: the rows, and what is in `processed/`. */
async function result(): Promise<unknown> {
  const { results, objects } = await snapshotOf(account);
  const processed = Object.entries(objects as object).filter(([key]) => key.startsWith('processed/'));
  // Any of several executions may have done the work.
  return JSON.parse(JSON.stringify({ results, processed }).replaceAll(/execution-\d+/g, 'an execution'));
}

async function uploadTwoVersions(): Promise<void> {
  await account.clear();
  await account.upload(KEY, pictures.pair);
  await account.upload(KEY, pictures.solo);
}

/** Uploads two versions and delivers the event of each once, in order. */
async function deliverInOrder(): Promise<{ expected: unknown; calls: readonly TaskCall[] }> {
  await uploadTwoVersions();
  for (const upload of account.uploads) {
    await deliver(upload);
    await account.idle();
  }
  return { expected: await result(), calls: account.injector.calls };
}

/** Deliveries in order: which version's event, and whether to wait until it is processed. */
const someDeliveries = fc
  .tuple(
    fc.shuffledSubarray([0, 0, 0, 1, 1, 1], { minLength: 2 }),
    fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
  )
  .filter(([versions]) => versions.includes(1))
  .map(([versions, waits]) => versions.map((version, at) => ({ version, wait: waits[at] ?? true })));

test('events that come twice, three times, in any order and at once end as each once and in order', async () => {
  const { expected, calls } = await deliverInOrder();
  const quick = FAULTS.filter(({ lasts, what }) => lasts !== 'until disarmed' && what !== 'no answer');
  const someFault = fc.option(fc.record({ target: fc.constantFrom(...calls), fault: fc.constantFrom(...quick) }));
  await fc.assert(
    fc.asyncProperty(someDeliveries, someFault, async (deliveries, fault) => {
      await uploadTwoVersions();
      account.injector.arm(fault === null ? undefined : faultInCall(fault.target, fault.fault));
      for (const { version, wait } of deliveries) {
        await deliver(account.uploads[version]!);
        if (wait) await account.idle();
      }
      await account.idle();
      account.injector.disarm();
      expect(await redriveAll(account, await failedExecutions(account))).toStrictEqual([]);
      expect(await result()).toStrictEqual(expected);
    }),
    { numRuns: Number(process.env['DELIVERIES'] ?? 6), endOnFailure: true },
  );
}, 120_000);

test('an event whose object has been deleted rejects the photo', async () => {
  const upload = await account.upload(KEY, pictures.solo);
  const { bucket, results_table } = account.deployment;
  await account.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: KEY, VersionId: upload.version }));
  await deliver(upload);
  await account.idle();
  const rows = await scanTable(account.dynamoDb, results_table);
  expect(rows.map(({ record, status, reason }) => [record, status, reason])).toStrictEqual([
    ['photo', 'REJECTED', 'ImageGone'],
  ]);
});

test('a table that throttles a third of all requests delays the results and does not change them', async () => {
  const { expected } = await deliverInOrder();
  await uploadTwoVersions();
  const random = randomFrom(1);
  const [throttled] = FAULTS;
  account.injector.arm({ fault: throttled!, hits: ({ service }) => service === 'dynamodb' && random() < 1 / 3 });
  for (const upload of account.uploads) await deliver(upload);
  await account.idle();
  expect(account.injector.hits).toBeGreaterThan(3);
  expect(await failedExecutions(account)).toStrictEqual([]);
  expect(await result()).toStrictEqual(expected);
});
