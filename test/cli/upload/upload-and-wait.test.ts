import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Terminal } from '../../../cli/terminal.ts';
import { describeBytes } from '../../../cli/upload/files.ts';
import {
  uploadAndWait,
  type UploadItem,
  type UploadKind,
  type UploadedRow,
} from '../../../cli/upload/upload-and-wait.ts';
import type { Target } from '../../../client/deployment/target.ts';
import { anAccount, type Account } from '../../local/s3/account.ts';
import { aDeployment } from '../../support/deployment.ts';

let account: Account;
let rows: Map<string, UploadedRow>;
let stopping: AbortController;

beforeEach(async () => {
  account = await anAccount();
  await account.s3.createBucket({ name: 'photos', versioning: true, eventBridge: true, expirations: [] });
  rows = new Map();
  stopping = new AbortController();
});
afterEach(() => account.close());

/** What becomes of an object is up to each test: it writes the rows that the machine would write. */
function by(idle?: () => Promise<void>): { target: Target; terminal: Terminal } {
  const nowhere = { region: 'us-east-1', endpoint: account.url };
  return {
    target: {
      s3: account.client,
      dynamoDb: DynamoDBDocumentClient.from(new DynamoDBClient(nowhere)),
      sfn: new SFNClient(nowhere),
      sqs: new SQSClient(nowhere),
      deployment: aDeployment({ bucket: 'photos' }),
      connection: nowhere,
      pollMs: 1,
      ...(idle && { idle }),
    },
    terminal: { print: () => {}, note: () => {}, columns: 80, colours: false, signal: stopping.signal },
  };
}

const KIND: UploadKind<UploadedRow> = {
  plural: 'photos',
  readRows: async (_, keys) => new Map(keys.flatMap((key) => (rows.has(key) ? [[key, rows.get(key)!]] : []))),
  isReusable: ({ status }) => status !== 'FAILED',
};

const item = (name: string, text = name): UploadItem => ({
  key: `input/${name}`,
  name,
  read: async () => describeBytes(Buffer.from(text)),
});

const aRow = (name: string, over: Partial<UploadedRow> = {}): UploadedRow => ({
  key: `input/${name}`,
  status: 'COMPLETED',
  timestamp: '2026-03-01T12:00:00Z',
  etag: describeBytes(Buffer.from(name)).md5,
  ...over,
});

const uploaded = async () => {
  await account.s3.idle();
  return account.events.length;
};

test('a photo that was processed with the same bytes is not uploaded again', async () => {
  const { sha256 } = describeBytes(Buffer.from('a'));
  rows.set('input/a', aRow('a', { sha256, etag: 'made by another way of uploading' }));
  const outcomes = await uploadAndWait(by(), KIND, [item('a')]);
  expect(outcomes).toStrictEqual([{ key: 'input/a', name: 'a', unchanged: true, row: rows.get('input/a') }]);
  expect(await uploaded()).toBe(0);
});

test.each([
  ['other bytes', aRow('a', { etag: 'of other bytes' }), false],
  ['failed before', aRow('a', { status: 'FAILED' }), false],
  ['is forced', aRow('a'), true],
])('a photo that has or is %s is uploaded, and its new outcome awaited', async (_, before, force) => {
  rows.set('input/a', before);
  // The machine: it processes the uploaded version, and finishes a moment later.
  const machine = async () => {
    await account.s3.idle();
    const [event] = account.events as { detail: { object: { 'version-id': string } } }[];
    rows.set('input/a', aRow('a', { version_id: event!.detail.object['version-id'], status: 'NO_FACES' }));
  };
  const [outcome] = await uploadAndWait({ ...by(machine), force }, KIND, [item('a')]);
  expect(outcome).toStrictEqual({ key: 'input/a', name: 'a', unchanged: false, row: rows.get('input/a') });
  expect(await uploaded()).toBe(1);
});

test('what an interrupted run left under way is awaited, and not uploaded again', async () => {
  rows.set('input/a', aRow('a', { status: 'PROCESSING', version_id: 'v1' }));
  const machine = async () => void rows.set('input/a', aRow('a', { version_id: 'v1' }));
  expect(await uploadAndWait(by(machine), KIND, [item('a')])).toStrictEqual([
    { key: 'input/a', name: 'a', unchanged: false, row: aRow('a', { version_id: 'v1' }) },
  ]);
  expect(await uploaded()).toBe(0);
});

test('what cannot be read, or comes to nothing, does not stop the others', async () => {
  rows.set('input/good', aRow('good'));
  const unreadable = { ...item('locked'), read: () => Promise.reject(new Error('EACCES')) };
  expect(
    await uploadAndWait(
      by(async () => {}),
      KIND,
      [unreadable, item('lost'), item('good')],
    ),
  ).toStrictEqual([
    { key: 'input/locked', name: 'locked', unchanged: false, problem: 'EACCES' },
    {
      key: 'input/lost',
      name: 'lost',
      unchanged: false,
      problem: 'It was uploaded, but no execution of it is known to have ended. Look in the dead-letter queues.',
    },
    { key: 'input/good', name: 'good', unchanged: true, row: aRow('good') },
  ]);
});

test('Ctrl-C ends the waiting', async () => {
  const waiting = uploadAndWait(by(), KIND, [item('a')]);
  await uploaded();
  stopping.abort('SIGINT');
  await expect(waiting).rejects.toBe('SIGINT');
});

test('more than fifty at once are marked as work in bulk, fewer are not', async () => {
  const names = Array.from({ length: 51 }, (_, at) => `${at}.jpg`);
  const idle = () => Promise.resolve();
  await uploadAndWait(
    by(idle),
    KIND,
    names.map((name) => item(name)),
  );
  await uploadAndWait(by(idle), KIND, [item('alone.jpg')]);
  const metadataOf = async (name: string) =>
    (await account.client.send(new HeadObjectCommand({ Bucket: 'photos', Key: `input/${name}` }))).Metadata;
  expect([await metadataOf('0.jpg'), await metadataOf('50.jpg'), await metadataOf('alone.jpg')]).toStrictEqual([
    { lane: 'bulk' },
    { lane: 'bulk' },
    {},
  ]);
});
