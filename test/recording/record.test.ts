import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Intercept } from '../../local/calls.ts';
import { buildCase } from '../../recording/build-case.ts';
import { callLogFile } from '../../recording/call-log.ts';
import { startRecorder } from '../../recording/recorder.ts';
import { differences } from '../../recording/replay/differences.ts';
import { replay } from '../../recording/replay/replay.ts';
import { scanTable } from '../../recording/replay/table-rows.ts';
import type { Case, RecordedTask } from '../../schemas/case.ts';
import { aJpeg } from '../support/pictures.ts';
import { startTestAccount, type TestAccount } from '../support/test-account.ts';

const NAME = 'Zoë Quill-Ándersson';
const NO_FACE = { FaceDetails: [] };

let account: TestAccount;
let recorded: Case;
let executions: string[];

/** Rekognition finds no face in any picture. */
const findNoFaces: Intercept = (call, serve) =>
  call.service === 'rekognition' ? (_, response) => void response.writeHead(200).end(JSON.stringify(NO_FACE)) : serve;

beforeAll(async () => {
  account = await startTestAccount();
  const recorder = startRecorder(account.dataDir);
  account.setInterceptors({
    intercept: (call, serve) => recorder.intercept(call, findNoFaces(call, serve)),
    interceptInvoke: recorder.interceptInvoke,
  });
  const keys = [`enroll/${NAME}/portrait.jpg`, 'enroll/Somebody Else/portrait.jpg'];
  await Promise.all(keys.map(async (key) => account.upload(key, await aJpeg(200, 100))));
  await account.idle();
  await recorder.flush();
  account.setInterceptors({});
  const rows = await scanTable(account.dynamoDb, account.deployment.people_table);
  executions = keys.map((key) => String(rows.find((row) => row['key'] === key)?.['execution_arn']));
  recorded = await buildCase(account.sfn, executions[0]!, account.dataDir);
});
afterAll(() => account.close());

const calls = ({ calls: made = [] }: RecordedTask) => made.map(({ service, operation }) => `${service} ${operation}`);

test('a case has the calls of each task with their answers', () => {
  expect(recorded.tasks.map((task) => [task.state, task.error?.name, ...calls(task)])).toStrictEqual([
    [
      'LoadEnrolment',
      undefined,
      'dynamodb GetItem',
      'dynamodb UpdateItem',
      'dynamodb GetItem',
      's3 GetObject',
      'dynamodb UpdateItem',
      'dynamodb UpdateItem',
      'dynamodb UpdateItem',
    ],
    [
      'CheckEnrolment',
      'NoFaceInPhoto',
      's3 GetObject',
      's3 GetObject',
      'rekognition DetectFaces',
      's3 PutObject',
      's3 PutObject',
    ],
    ['RefuseEnrolment', undefined, 'dynamodb UpdateItem'],
  ]);
  expect(recorded.tasks[1]?.calls?.[2]?.answer).toStrictEqual(NO_FACE);
});

test('a picture is recorded by its hash and size', () => {
  expect(recorded.tasks[0]?.calls?.[3]?.answer).toStrictEqual({
    picture: {
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      size: expect.any(Number) as number,
      kind: 'picture',
      format: 'jpeg',
      width: 200,
      height: 100,
    },
  });
});

test('calls of concurrent executions are kept apart', async () => {
  const other = await buildCase(account.sfn, executions[1]!, account.dataDir);
  expect(other.tasks.map(calls)).toStrictEqual(recorded.tasks.map(calls));
  const pictures = [recorded, other].map(({ tasks }) => tasks[0]?.calls?.[3]?.request);
  const address = { bucket: account.deployment.bucket, key: 'enroll/Person 1/portrait.jpg' };
  expect(pictures).toStrictEqual([address, address]);
  const lines = await Promise.all(executions.map((arn) => readFile(callLogFile(account.dataDir, arn), 'utf8')));
  expect(lines.map((text) => [text.includes(NAME), text.includes('Somebody Else')])).toStrictEqual([
    [true, false],
    [false, true],
  ]);
});

test('a case has no names of people and no object versions', () => {
  const text = JSON.stringify(recorded);
  expect(recorded.input).toMatchObject({ detail: { object: { key: 'enroll/Person 1/portrait.jpg' } } });
  for (const part of ['Zoë', 'Quill', 'Ándersson', 'version-id']) expect(text).not.toContain(part);
});

test('without recorded calls, a case still has the result of each task', async () => {
  const bare = await buildCase(account.sfn, executions[0]!);
  expect(bare.tasks.map(({ state, calls: made }) => [state, made])).toStrictEqual([
    ['LoadEnrolment', undefined],
    ['CheckEnrolment', undefined],
    ['RefuseEnrolment', undefined],
  ]);
  expect([bare.path, bare.end]).toStrictEqual([recorded.path, recorded.end]);
});

test('a replay of the case ends in the same row', async () => {
  const replayed = await replay(account, recorded);
  expect(differences(recorded, replayed)).toStrictEqual([]);
  expect(replayed.people.map(({ name, status, reason }) => ({ name, status, reason }))).toStrictEqual([
    { name: 'Person 1', status: 'REFUSED', reason: 'NoFaceInPhoto' },
  ]);
});
