import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { DeleteCollectionCommand, RekognitionClient } from '@aws-sdk/client-rekognition';
import { ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCheck, type DoctorContext } from '../../../cli/doctor/check.ts';
import { clock } from '../../../cli/doctor/clock.ts';
import { bucket } from '../../../cli/doctor/storage.ts';
import type { Account } from '../../../local/account.ts';
import { clientConfig } from '../../../local/clients.ts';
import { EnginePool } from '../../../local/rekognition/engine/pool.ts';
import { synthesize } from '../../../local/synthesis.ts';
import { readStack } from '../../../local/terraform.ts';
import { TASK_NAMES } from '../../../schemas/tasks.ts';
import { anAccount } from '../../local/s3/account.ts';
import { startTestAccount } from '../../support/test-account.ts';
import { rollcall } from '../rollcall.ts';

let folder: string;
let stackFolder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-doctor-'));
  stackFolder = await synthesize(folder);
});
afterAll(() => rm(folder, { recursive: true }));

async function withAccount<T>(name: string, work: (account: Account) => Promise<T>): Promise<T> {
  const engine = new EnginePool(1);
  const dataDir = join(folder, name);
  const { account, close } = await startTestAccount({ dataDir, stackFolder, engine, hurry: false });
  try {
    await account.ready;
    return await work(account);
  } finally {
    await close();
    await engine.close();
  }
}

const doctor = (data: string, ...args: string[]) => rollcall(['doctor', '--data', data, ...args], { cwd: folder });

/** What is in bucket and table, versions and all. */
async function contents(account: Account): Promise<unknown[]> {
  const s3 = new S3Client({ ...clientConfig(account), forcePathStyle: true });
  const { Versions = [], DeleteMarkers = [] } = await s3.send(
    new ListObjectVersionsCommand({ Bucket: account.deployment.bucket }),
  );
  const { Items = [] } = await new DynamoDBClient(clientConfig(account)).send(
    new ScanCommand({ TableName: account.deployment.results_table }),
  );
  // What paces the calls to Rekognition stays, and the same for all photos.
  const rows = Items.filter(({ record }) => record?.S !== 'meter');
  return [...Versions, ...DeleteMarkers, ...rows];
}

const WELL = [
  "clock: within N s of the service's",
  'bucket: rollcall-000000000000 sends its events to EventBridge',
  'results: FaceRecognitionResults answers',
  'people: FaceRecognitionPeople answers',
  'collection: my-face-collection holds 0 faces',
  'unknown faces: my-face-collection-unknown holds 0 faces',
  ...TASK_NAMES.toSorted().map((task) => `rollcall-${task}: loads, with N MB`),
  'pipeline: a photo went through it, from the bucket to its row',
];

test('finds nothing wrong with an account that is well, and leaves nothing behind', { timeout: 180_000 }, async () => {
  await withAccount('well', async (account) => {
    const { code, stdout, stderr } = await doctor('well', '--json');
    const found = stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as { check: string; ok: boolean; says: string; remedy: string | null });
    expect(found.filter(({ ok, remedy }) => !ok || remedy !== null)).toStrictEqual([]);
    expect(found.map(({ check, says }) => `${check}: ${says.replaceAll(/\d+ (s|MB)\b/g, 'N $1')}`)).toStrictEqual(WELL);
    expect([code, stderr]).toStrictEqual([0, 'All is well.\n']);
    expect(await contents(account)).toStrictEqual([]);
  });
});

test('names what is wrong, and how to mend it', { timeout: 180_000 }, async () => {
  const stack = await readStack(stackFolder);
  const search = stack.functions.find(({ name }) => name === 'rollcall-search-face')!;
  await writeFile(join(search.folder, 'index.mjs'), "import 'what-was-never-installed';");
  const file = join(stackFolder, 'cdk.tf.json');
  const disabled = (name: string, value: unknown) =>
    name === 'aws_cloudwatch_event_rule'
      ? Object.fromEntries(Object.entries(value as object).map(([id, rule]) => [id, { ...rule, state: 'DISABLED' }]))
      : value;
  await writeFile(file, JSON.stringify(JSON.parse(await readFile(file, 'utf8'), disabled)));

  await withAccount('ill', async (account) => {
    const rekognition = new RekognitionClient(clientConfig(account));
    for (const CollectionId of [account.deployment.collection, account.deployment.unknown_collection]) {
      await rekognition.send(new DeleteCollectionCommand({ CollectionId }));
    }
    const { code, stdout, stderr } = await doctor('ill', '--timeout', '3');
    const again = 'Start it again: rollcall start --data ill';
    const words = (line: string) => line.trim().replaceAll(/\s+/g, ' ');
    expect(
      stdout
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('ok'))
        .map(words),
    ).toStrictEqual([
      'WRONG collection There is no collection my-face-collection: no face can be searched and nobody enrolled.',
      `${again} Then enrol everybody again: the faces went with the collection.`,
      'WRONG unknown faces There is no collection my-face-collection-unknown: unknown faces cannot be grouped.',
      `${again} Then group them again: rollcall unknown --regroup`,
      expect.stringMatching(
        /^WRONG rollcall-search-face It does not run as it should\. Runtime\.ImportModuleError: Error: Cannot find package 'what-was-never-installed'/,
      ),
      `Its log, /aws/lambda/rollcall-search-face, tells more. ${again}`,
      'WRONG pipeline A photo in the bucket started no execution within 3 s.',
      `Is EventBridge's rule rollcall-recognition enabled? rollcall dead-letters shows whether the event was refused. ${again}`,
    ]);
    expect([code, stderr]).toStrictEqual([1, '4 things are wrong.\n']);
    expect(await contents(account)).toStrictEqual([]);
  });
});

const s3Alone = (s3: S3Client, minutes = 0): DoctorContext =>
  ({
    target: { s3, deployment: { bucket: 'photos' } },
    now: () => new Date(Date.now() + minutes * 60_000),
    signal: new AbortController().signal,
    redeployAdvice: 'Start it again.',
  }) as unknown as DoctorContext;

test('a clock that is too far off is told, whichever way', async () => {
  const account = await anAccount();
  const remedy = 'Set the clock, or have it set: sudo timedatectl set-ntp true';
  const says = (way: string) => expect.stringMatching(`^This machine's clock is (59|60)\\d s ${way} the service's`);
  const off = (minutes: number) => runCheck(clock, s3Alone(account.client, minutes));
  expect(await off(10)).toStrictEqual({ check: 'clock', ok: false, says: says('ahead of'), remedy });
  expect(await off(-10)).toStrictEqual({ check: 'clock', ok: false, says: says('behind'), remedy });
  expect(await off(4)).toMatchObject({ check: 'clock', ok: true, remedy: null });
  await account.close();
});

test('a bucket that is missing, is silent, or cannot be reached is told apart', async () => {
  const account = await anAccount();
  const found = () => runCheck(bucket, s3Alone(account.client));
  const ill = { check: 'bucket', ok: false, remedy: 'Start it again.' };
  expect(await found()).toStrictEqual({ ...ill, says: 'There is no bucket photos.' });
  await account.s3.createBucket({ name: 'photos', versioning: true, eventBridge: false, expirations: [] });
  const says = 'photos does not send its events to EventBridge: no photo starts anything.';
  expect(await found()).toStrictEqual({ ...ill, says });
  await account.close();
  expect(await found()).toMatchObject({
    ok: false,
    remedy: 'Nothing answers at this address. Is this machine online, and is the region right?',
  });
});
