import { GetObjectCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runMachine } from '../../client/deployment/execution.ts';
import { accountTarget, type Target } from '../../client/deployment/target.ts';
import { namelessFaces } from '../../client/forgetting/nameless.ts';
import { readReceipt } from '../../client/forgetting/receipts.ts';
import { scanTable } from '../../recording/replay/table-rows.ts';
import { personIdOf } from '../../schemas/keys.ts';
import { Processed } from '../../schemas/processed.ts';
import { FaceRecord } from '../../schemas/records.ts';
import { aPhotoOf, colouredEngine } from '../support/coloured-faces.ts';
import { aboutLargest, startBatch } from '../support/decide.ts';
import { startTestAccount, type TestAccount } from '../support/test-account.ts';

let account: TestAccount;
let target: Target;
const signal = new AbortController().signal;
beforeAll(async () => {
  account = await startTestAccount({ engine: colouredEngine() });
  target = accountTarget(account.account);
}, 120_000);
afterAll(() => account.close());

const LONG_AGO = '2026-01-01T12:00:00.000Z';

async function upload(key: string, colours: Parameters<typeof aPhotoOf>[0]): Promise<void> {
  await account.upload(key, await aPhotoOf(colours));
  await account.idle();
}

/** As if the photo had been uploaded long ago. */
async function age(imageId: string): Promise<void> {
  const TableName = account.deployment.results_table;
  for (const row of await scanTable(account.dynamoDb, TableName)) {
    if (row['image_id'] !== imageId || row['record'] === 'meter') continue;
    await account.dynamoDb.send(new PutCommand({ TableName, Item: { ...row, timestamp: LONG_AGO } }));
  }
}

async function facesOf(imageId: string): Promise<FaceRecord[]> {
  const rows = await scanTable(account.dynamoDb, account.deployment.results_table);
  const faces = rows.filter(({ image_id, record }) => image_id === imageId && String(record).startsWith('face#'));
  return faces.map((row) => FaceRecord.parse(row)).toSorted((a, b) => a.face_index - b.face_index);
}

async function jsonOf(key: string): Promise<Processed> {
  const { Body } = await account.s3.send(new GetObjectCommand({ Bucket: account.deployment.bucket, Key: key }));
  return Processed.parse(JSON.parse((await Body!.transformToString())!));
}

async function versionsUnder(Prefix: string): Promise<number> {
  const { Versions = [], DeleteMarkers = [] } = await account.s3.send(
    new ListObjectVersionsCommand({ Bucket: account.deployment.bucket, Prefix }),
  );
  return Versions.length + DeleteMarkers.length;
}

async function forget(): Promise<Record<string, unknown>> {
  const { output } = await runMachine(target, 'forget-person', { unknown_older_than_days: 30 }, signal);
  const { removed, checked } = await readReceipt(target, (output as { receipt_key: string }).receipt_key);
  return { removed, checked };
}

test('of faces that nobody is named for only their place stays, and the photo; later ones and those of people are left alone', async () => {
  await upload('enroll/Robin/1.jpg', ['red']);
  await upload('input/old.jpg', ['red', 'green']);
  await upload('input/new.jpg', ['green', 'red']);
  await age('old.jpg');
  const [before, later] = [await facesOf('old.jpg'), await facesOf('new.jpg')];
  expect(before.map(({ status }) => status)).toStrictEqual(['UNKNOWN', 'MATCHED']);
  expect(await namelessFaces(target, 30, new Date())).toStrictEqual({ faces: 1, photos: 1 });

  const { removed, checked } = await forget();
  expect(removed).toMatchObject({ unknown_faces: 1, crops: 1, results: 1 });
  expect(checked).toStrictEqual({ crops: 1, unknown_vectors: 0 });
  const [unknown, robin] = before;
  const { image_id, record, face_index, timestamp, sequencer, etag, execution_arn, confidence, bounding_box } =
    unknown!;
  const expired = { status: 'UNKNOWN', reason: 'FACE_EXPIRED' } as const;
  const kept = { confidence, bounding_box, emotions: [], source: 'machine', ...expired };
  expect(await facesOf('old.jpg')).toStrictEqual([
    { image_id, record, face_index, timestamp, sequencer, etag, execution_arn, ...kept, proposal: expired },
    robin,
  ]);
  const [nobody, named] = (await jsonOf('processed/old.json')).faces;
  expect(nobody).toStrictEqual({ index: 0, ...kept, landmarks: [], pose: {}, quality: {} });
  expect(named).toMatchObject({ person: 'Robin', crop_key: robin!.crop_key });
  expect(await versionsUnder('processed/old.json')).toBe(1);
  expect(await versionsUnder(unknown!.crop_key!)).toBe(0);
  expect(await versionsUnder('input/old.jpg')).toBe(1);
  expect(await facesOf('new.jpg')).toStrictEqual(later);

  expect(await namelessFaces(target, 30, new Date())).toStrictEqual({ faces: 0, photos: 0 });
  expect(await forget()).toStrictEqual({ removed: {}, checked });
  // Whoever knows the face can still say who it is.
  const person_id = personIdOf('Kim');
  const decision = await aboutLargest(account, 'old.jpg', { kind: 'PERSON', person_id });
  await startBatch(account, 'kim', { people: [{ person_id, name: 'Kim' }], decisions: [decision] });
  await account.idle();
  expect((await facesOf('old.jpg'))[0]).toMatchObject({ status: 'MATCHED', person: 'Kim' });
  expect((await jsonOf('processed/old.json')).faces[0]).toMatchObject({ person: 'Kim', landmarks: [] });
}, 300_000);
