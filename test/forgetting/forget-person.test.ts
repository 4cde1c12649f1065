import { ListFacesCommand } from '@aws-sdk/client-rekognition';
import { GetObjectCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { functionError } from '../../local/lambda/errors.ts';
import { stateOfFunction } from '../../recording/replay/state-machines.ts';
import { Receipt } from '../../schemas/forgetting.ts';
import { hash, personIdOf, processedKeyOf, tombstoneIdOf, vectorIdOf } from '../../schemas/keys.ts';
import { machineArn } from '../../statemachines/registry.ts';
import { aPhotoOf, colouredEngine } from '../support/coloured-faces.ts';
import { aboutLargest, startBatch } from '../support/decide.ts';
import { readGroups, startGrouping } from '../support/group.ts';
import { startTestAccount, type TestAccount } from '../support/test-account.ts';
import { searchEverything } from './everything.ts';

const ROBIN = personIdOf('Robin Quillfeather');
const KIM = personIdOf('Kim');

let account: TestAccount;
beforeAll(async () => {
  account = await startTestAccount({ engine: colouredEngine() });
}, 120_000);
afterAll(() => account.close());
beforeEach(async () => {
  account.setInterceptors({});
  await account.clear();
});

async function upload(key: string, body: Buffer): Promise<void> {
  await account.upload(key, body);
  await account.idle();
}

/** Robin with two portraits, Kim, two photos with Robin, and one in which Robin is only a candidate. */
async function anAlbum(): Promise<string[]> {
  await upload('enroll/Robin Quillfeather/1.jpg', await aPhotoOf(['red']));
  await upload('enroll/robin_quillfeather.jpg', await aPhotoOf(['red'], 20));
  await upload('enroll/Kim/1.jpg', await aPhotoOf(['blue']));
  await upload('input/both.jpg', await aPhotoOf(['red', 'blue']));
  await upload('input/alone.jpg', await aPhotoOf(['red'], 40));
  await upload('input/stranger.jpg', await aPhotoOf(['green', 'yellow']));
  // A new version, so that there are older ones.
  await upload('input/alone.jpg', await aPhotoOf(['red', 'green']));
  const { Faces = [] } = await account.rekognition.send(
    new ListFacesCommand({ CollectionId: account.deployment.collection }),
  );
  return Faces.flatMap(({ FaceId, ExternalImageId }) => (ExternalImageId === ROBIN ? FaceId! : []));
}

async function start(photos = false): Promise<string> {
  const { executionArn } = await account.sfn.send(
    new StartExecutionCommand({
      stateMachineArn: machineArn(account.deployment, 'forget-person'),
      name: randomUUID(),
      input: JSON.stringify({ person_id: ROBIN, photos }),
    }),
  );
  return executionArn!;
}

/** Forgets Robin and gives the receipt. */
async function forget(photos = false): Promise<Receipt> {
  const executionArn = await start(photos);
  await account.idle();
  return receiptOf(executionArn);
}

async function receiptOf(executionArn: string): Promise<Receipt> {
  const {
    status,
    output = '{}',
    error,
    cause,
  } = await account.sfn.send(new DescribeExecutionCommand({ executionArn }));
  expect([status, error, cause]).toStrictEqual(['SUCCEEDED', undefined, undefined]);
  const { receipt_key } = JSON.parse(output) as { receipt_key: string };
  return Receipt.parse(await readJson(receipt_key));
}

async function readJson(Key: string): Promise<unknown> {
  const { Body } = await account.s3.send(new GetObjectCommand({ Bucket: account.deployment.bucket, Key }));
  return JSON.parse((await Body!.transformToString())!);
}

async function facesOf(image_id: string): Promise<unknown[]> {
  const { faces } = (await readJson(processedKeyOf(image_id))) as { faces: Record<string, unknown>[] };
  return Promise.all(
    faces.map(async ({ index, status, reason, person, crop_key, candidate, runner_up }) => {
      const { Item } = await account.dynamoDb.send(
        new GetCommand({
          TableName: account.deployment.results_table,
          Key: { image_id, record: `face#${String(index).padStart(3, '0')}` },
        }),
      );
      const shown = [status, reason, person, crop_key !== undefined, candidate !== undefined, runner_up !== undefined];
      expect([Item?.['status'], Item?.['reason'], Item?.['person'], Item?.['crop_key'] !== undefined]).toStrictEqual(
        shown.slice(0, 4),
      );
      return shown;
    }),
  );
}

const versionsUnder = async (Prefix: string) => {
  const { Versions = [] } = await account.s3.send(
    new ListObjectVersionsCommand({ Bucket: account.deployment.bucket, Prefix }),
  );
  return Versions.length;
};

test('nothing of a forgotten person is found anywhere, and the photos stay', async () => {
  const faces = await anAlbum();
  expect(faces.length).toBe(2);
  const message = `The face looks like ${ROBIN}, who is enrolled: 99 % similarity.`;
  const refused = { person_id: KIM, record: 'enrolment#refused', status: 'REFUSED', message };
  const Item = { ...refused, timestamp: '2026-03-01T12:00:00.000Z' };
  await account.dynamoDb.send(new PutCommand({ TableName: account.deployment.people_table, Item }));
  const words = [ROBIN, 'Robin Quillfeather', 'robin_quillfeather', ...faces];
  const decision = { photo: 'a'.repeat(64), entry: '1', person_id: ROBIN, timestamp: Item.timestamp };
  await account.dynamoDb.send(new PutCommand({ TableName: account.deployment.decisions_table, Item: decision }));
  expect(await searchEverything(account, words)).not.toStrictEqual([]);
  const receipt = await forget();
  expect(await searchEverything(account, words)).toStrictEqual([]);
  expect(receipt.removed).toStrictEqual({
    vectors: 2,
    faces: 2,
    candidates: 5,
    crops: 2,
    portraits: 6,
    older_versions: receipt.removed.older_versions,
    results: 3,
    work_files: 10,
    people_rows: 5,
    decisions: 1,
  });
  expect(await versionsUnder('input/')).toBe(4);
  expect(await facesOf('both.jpg')).toStrictEqual([
    ['MATCHED', 'SIMILARITY_ABOVE_THRESHOLD', 'Kim', true, false, false],
    ['UNKNOWN', 'PERSON_FORGOTTEN', undefined, false, false, false],
  ]);
  expect(await facesOf('stranger.jpg')).toStrictEqual([
    ['UNKNOWN', 'SIMILARITY_BELOW_THRESHOLD', undefined, true, true, false],
    ['UNKNOWN', 'SIMILARITY_BELOW_THRESHOLD', undefined, true, true, false],
  ]);
});

test('a receipt says what and when, has a hash over itself, and names nobody', async () => {
  await anAlbum();
  const { sha256, ...receipt } = await forget();
  expect(createHash('sha256').update(JSON.stringify(receipt)).digest('hex')).toBe(sha256);
  expect({
    ...receipt,
    id: '',
    started_at: '',
    ended_at: '',
    removed: {},
    remains: [],
    pipeline_version: '',
  }).toStrictEqual({
    id: '',
    started_at: '',
    ended_at: '',
    rounds: 1,
    photos_removed: false,
    removed: {},
    checked: {
      people_rows: 2,
      users: 0,
      vectors: 1,
      unknown_vectors: 0,
      photos: 3,
      decisions: 0,
      crops: 2,
      objects: receipt.checked.objects,
      dead_letters: 0,
    },
    checked_how: receipt.checked_how,
    remains: [],
    pipeline_version: '',
  });
  expect(receipt.remains.map(({ what }) => what)).toStrictEqual([
    'history of executions, by Step Functions: keys, ids, names of enrolments',
    'backups of the tables, by point-in-time recovery',
    "the functions' logs: ids, no names",
  ]);
});

test('with their photos, the photos of the person are removed with all versions, and no other', async () => {
  await anAlbum();
  const receipt = await forget(true);
  expect(receipt.removed.photos).toBe(2);
  expect(await searchEverything(account, [ROBIN, 'both.jpg', 'alone.jpg'])).toStrictEqual([]);
  expect(await versionsUnder('input/')).toBe(1);
  expect((await facesOf('stranger.jpg')).length).toBe(2);
});

test('forgetting twice is fine, and so is forgetting somebody who was never there', async () => {
  await anAlbum();
  await forget();
  expect((await forget()).removed).toStrictEqual({});
});

test(
  'of faces that were grouped before they were named, no vector and no group is left',
  { timeout: 240_000 },
  async () => {
    for (const [at, name] of ['one.jpg', 'two.jpg', 'three.jpg'].entries()) {
      await upload(`input/${name}`, await aPhotoOf(['red', 'green'], 10 * at));
    }
    await startGrouping(account);
    await account.idle();
    const person_id = ROBIN;
    const named = await Promise.all(
      ['one.jpg', 'two.jpg'].map((name) => aboutLargest(account, name, { kind: 'PERSON', person_id })),
    );
    await startBatch(account, 'named', { people: [{ person_id, name: 'Robin' }], decisions: named });
    await account.idle();
    const { groups } = await readGroups(account);
    // The largest face of a photo is the last one: green.
    const [theirs, others] = [0, 1].map((index) =>
      groups.flatMap(({ faces }) => faces.filter((face) => face.face_index === index).map((face) => face.crop_key)),
    );
    expect([theirs!.length, others!.length]).toStrictEqual([3, 3]);
    const ids = (keys: readonly string[]) => keys.map(vectorIdOf);
    expect(await searchEverything(account, ids(theirs!))).not.toStrictEqual([]);

    const receipt = await forget();
    expect(receipt.removed).toMatchObject({ unknown_vectors: 2, crops: 2, faces: 2 });
    const gone = theirs!.filter((key) => !key.includes(hash('input/three.jpg')));
    expect(await searchEverything(account, [...gone, ...ids(gone)])).toStrictEqual([]);
    const after = await readGroups(account);
    expect(after.groups.map(({ faces }) => faces.map(({ crop_key }) => crop_key))).toStrictEqual([others]);
    expect(after.groups[0]!.id).toBe(groups.find(({ faces }) => faces[0]!.face_index === 1)!.id);
  },
);

const STATES = [
  'BeginForgetting',
  'ForgetVectors',
  'ForgetUnknown',
  'ForgetFaces',
  'ForgetDeadLetters',
  'ForgetObjects',
  'ForgetPersonRows',
  'VerifyForgotten',
  'WriteReceipt',
];

test.each(STATES)('interrupted in %s, it is finished by starting it again', async (state) => {
  const faces = await anAlbum();
  const machine = account.stateMachine('forget-person');
  let armed = true;
  account.setInterceptors({
    interceptInvoke: (invoke) => async (functionArn, payload, trace) => {
      const answer = await invoke(functionArn, payload, trace);
      if (!armed || stateOfFunction(machine, functionArn) !== state) return answer;
      armed = false;
      throw functionError('AnswerLost', 'the answer was lost');
    },
  });
  const executionArn = await start();
  await account.idle();
  const { status } = await account.sfn.send(new DescribeExecutionCommand({ executionArn }));
  expect(status).toBe('FAILED');
  await forget();
  expect(await searchEverything(account, [ROBIN, 'Robin Quillfeather', ...faces])).toStrictEqual([]);
});

test('a photo and a portrait under way end without the person', async () => {
  const faces = await anAlbum();
  const recognition = account.stateMachine('recognition');
  const enrolment = account.stateMachine('enroll-face');
  const [reached, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let waiting = 0;
  account.setInterceptors({
    interceptInvoke: (invoke) => async (functionArn, payload, trace) => {
      const state = stateOfFunction(recognition, functionArn) ?? stateOfFunction(enrolment, functionArn);
      if (state === 'PersistFace' || state === 'IndexFace') {
        waiting += 1;
        if (waiting === 2) reached.resolve();
        await go.promise;
      }
      return invoke(functionArn, payload, trace);
    },
  });
  await account.upload('input/late.jpg', await aPhotoOf(['red'], 60));
  await account.upload('enroll/Robin Quillfeather/late.jpg', await aPhotoOf(['red'], 80));
  await reached.promise;
  const executionArn = await start();
  await untilEnded(executionArn);
  go.resolve();
  await account.idle();
  expect((await receiptOf(executionArn)).rounds).toBe(3);
  expect(await searchEverything(account, [ROBIN, 'Robin Quillfeather', ...faces])).toStrictEqual([]);
  expect(await facesOf('late.jpg')).toStrictEqual([['UNKNOWN', 'PERSON_FORGOTTEN', undefined, false, false, false]]);
});

async function untilEnded(executionArn: string): Promise<void> {
  for (let polls = 0; polls < 1000; polls += 1) {
    const { status } = await account.sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (status !== 'RUNNING') return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the execution did not end');
}

test('the same name can be enrolled again later, as somebody new', async () => {
  await anAlbum();
  await forget();
  // This account passes over the machine's last wait. The other way is in test/cli/upload/forgotten.test.ts.
  await sleep(1000);
  await upload('enroll/Robin Quillfeather/1.jpg', await aPhotoOf(['yellow']));
  await upload('input/new.jpg', await aPhotoOf(['yellow'], 40));
  expect(await facesOf('new.jpg')).toStrictEqual([
    ['MATCHED', 'SIMILARITY_ABOVE_THRESHOLD', 'Robin Quillfeather', true, false, true],
  ]);
  const tombstone = { person_id: tombstoneIdOf(ROBIN), record: 'tombstone' };
  const { Item } = await account.dynamoDb.send(
    new GetCommand({ TableName: account.deployment.people_table, Key: tombstone }),
  );
  expect(Object.keys(Item ?? {}).toSorted()).toStrictEqual([
    'ended_at',
    'forgotten_at',
    'person_id',
    'receipt_key',
    'record',
    'status',
    'timestamp',
  ]);
});
