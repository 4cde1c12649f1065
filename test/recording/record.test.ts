import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { caseOf } from '../../cli/commands/record.ts';
import { callLogFile } from '../../recording/call-log.ts';
import { startRecorder } from '../../recording/recorder.ts';
import type { Case, RecordedTask } from '../../schemas/case.ts';
import { uploadObject, rowsOf } from '../faults/fault-account.ts';
import { startReplayAccount, type Interceptors, type ReplayAccount } from '../../recording/replay/replay-account.ts';
import { replay } from '../../recording/replay/replay.ts';
import { differences } from '../../recording/replay/differences.ts';
import { aJpeg } from '../support/pictures.ts';

const NAME = 'Zoë Quill-Ándersson';
const NO_FACE = { FaceDetails: [] };

let lab: ReplayAccount;
let recorded: Case;
let executions: string[];

/** Rekognition sees no face anywhere. */
const blind: Interceptors['intercept'] = (call, serve) =>
  call.service === 'rekognition' ? (_, response) => void response.writeHead(200).end(JSON.stringify(NO_FACE)) : serve;

beforeAll(async () => {
  lab = await startReplayAccount();
  const recorder = startRecorder(lab.dataDir);
  lab.setInterceptors({
    intercept: (call, serve) => recorder.intercept(call, blind(call, serve)),
    interceptInvoke: recorder.interceptInvoke,
  });
  const keys = [`enroll/${NAME}/portrait.jpg`, 'enroll/Somebody Else/portrait.jpg'];
  await Promise.all(keys.map(async (key) => uploadObject(lab.s3, lab.deployment.bucket, key, await aJpeg(200, 100))));
  await lab.idle();
  await recorder.flush();
  lab.setInterceptors(undefined);
  const rows = await rowsOf(lab.table, lab.deployment.people_table);
  executions = keys.map((key) => String(rows.find((row) => row['key'] === key)?.['execution_arn']));
  recorded = await caseOf({ sfn: lab.sfn }, executions[0]!, lab.dataDir);
});
afterAll(() => lab.close());

const calls = ({ calls: made = [] }: RecordedTask) => made.map(({ service, operation }) => `${service} ${operation}`);

test('a case has the calls of each task, each with its answer', () => {
  expect(recorded.tasks.map((task) => [task.state, task.error?.name, ...calls(task)])).toStrictEqual([
    ['LoadEnrolment', undefined, 'dynamodb UpdateItem', 's3 GetObject'],
    ['CheckEnrolment', 'NoFaceInPhoto', 's3 GetObject', 'rekognition DetectFaces', 's3 PutObject'],
    ['RefuseEnrolment', undefined, 'dynamodb UpdateItem'],
  ]);
  expect(recorded.tasks[1]?.calls?.[1]?.answer).toStrictEqual(NO_FACE);
});

test('a picture is told by its hash and its measures', () => {
  expect(recorded.tasks[0]?.calls?.[1]?.answer).toStrictEqual({
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

test('of two executions at once, each has its own calls', async () => {
  const other = await caseOf({ sfn: lab.sfn }, executions[1]!, lab.dataDir);
  expect(other.tasks.map(calls)).toStrictEqual(recorded.tasks.map(calls));
  const pictures = [recorded, other].map(({ tasks }) => tasks[0]?.calls?.[1]?.request);
  const address = { bucket: lab.deployment.bucket, key: 'enroll/Person 1/portrait.jpg' };
  expect(pictures).toStrictEqual([address, address]);
  const lines = await Promise.all(executions.map((arn) => readFile(callLogFile(lab.dataDir, arn), 'utf8')));
  expect(lines.map((text) => [text.includes(NAME), text.includes('Somebody Else')])).toStrictEqual([
    [true, false],
    [false, true],
  ]);
});

test('nobody is named, and no version', () => {
  const text = JSON.stringify(recorded);
  expect(recorded.input).toMatchObject({ detail: { object: { key: 'enroll/Person 1/portrait.jpg' } } });
  for (const part of ['Zoë', 'Quill', 'Ándersson', 'version-id']) expect(text).not.toContain(part);
});

test('without a record of calls, what each task gave is still there', async () => {
  const bare = await caseOf({ sfn: lab.sfn }, executions[0]!);
  expect(bare.tasks.map(({ state, calls: made }) => [state, made])).toStrictEqual([
    ['LoadEnrolment', undefined],
    ['CheckEnrolment', undefined],
    ['RefuseEnrolment', undefined],
  ]);
  expect([bare.path, bare.end]).toStrictEqual([recorded.path, recorded.end]);
});

test('it runs again as it was recorded, and ends in the same row', async () => {
  const replayed = await replay(lab, recorded);
  expect(differences(recorded, replayed)).toStrictEqual([]);
  expect(replayed.people.map(({ name, status, reason }) => ({ name, status, reason }))).toStrictEqual([
    { name: 'Person 1', status: 'REFUSED', reason: 'NoFaceInPhoto' },
  ]);
});
