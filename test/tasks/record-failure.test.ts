import { RedriveExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ServiceError } from '../../local/aws-json.ts';
import { functionError } from '../../local/lambda/errors.ts';
import { ExecutionFailedEvent } from '../../schemas/events.ts';
import { enrolmentRecordOf, paddedSequencer, personIdOf } from '../../schemas/keys.ts';
import { EnrolmentRecord, PhotoRecord } from '../../schemas/records.ts';
import { run } from '../../tasks/record-failure.ts';
import { aMachine, executionArn, machineArn, openAccount, type Account } from '../local/step-functions/account.ts';
import { aPhoto, aPhotoRecord, anInput, ANOTHER_EXECUTION, anUploadedObject } from '../support/builders.ts';
import { failureOf } from '../support/errors.ts';
import { MACHINES } from '../support/machines.ts';
import { aScriptedStepFunctions } from '../support/step-functions.ts';
import { startTaskServices, type TaskServices } from '../support/task-services.ts';

type MachineName = keyof typeof MACHINES;

let services: TaskServices;
let account: Account;
let number = 0;
/** What a task answers, or fails with. */
let answers: Record<string, () => unknown> = {};

beforeAll(async () => {
  services = await startTaskServices();
  account = await openAccount({
    machines: [aMachine('recognition', MACHINES.recognition), aMachine('enroll-face', MACHINES['enroll-face'])],
    invoke: async (name) => answers[name.split(':').at(-1)!]?.(),
  });
});
beforeEach(() => {
  number += 1;
  answers = {};
});
afterAll(async () => {
  await account.close();
  await services.close();
});

const failing = (name: string) => () => {
  throw functionError(name, `${name}, as the service said`);
};

/** A real execution that fails, and the event that tells of it. */
async function failed(machine: MachineName, key: string, overrides: Parameters<typeof anInput>[0] = {}) {
  const name = `e${number}-${overrides.sequencer ?? ''}`;
  const { execution_arn: _, ...event } = anInput({ key, ...overrides });
  await account.service.startExecution({ stateMachineArn: machineArn(machine), name, input: JSON.stringify(event) });
  await account.service.idle();
  const arn = executionArn(machine, name);
  const told = account.events.filter(({ detail }) => detail['executionArn'] === arn && detail['status'] === 'FAILED');
  return { arn, event: ExecutionFailedEvent.parse(told.at(-1)) };
}

const record = (event: ExecutionFailedEvent) => run(event, { ...services, sfn: account.sfn });
const photoKey = () => `input/${number}.jpg`;
const rows = () => services.rowsOf('results', `${number}.jpg`);
const photoRow = (overrides: Parameters<typeof aPhotoRecord>[0] = {}) =>
  aPhotoRecord({ image_id: `${number}.jpg`, key: photoKey(), ...overrides });
/** When the execution started and failed. */
function timesOf(arn: string) {
  const told = account.events.findLast(({ detail }) => detail['executionArn'] === arn && detail['status'] === 'FAILED');
  const time = (name: string) => new Date(Number(told?.detail[name])).toISOString();
  return { claimed_at: time('startDate'), failed_at: time('stopDate') };
}
const failedRow = (execution_arn: string, overrides: Parameters<typeof aPhotoRecord>[0] = {}) =>
  photoRow({
    execution_arn,
    status: 'FAILED',
    error: 'AccessDeniedException',
    cause: 'AccessDeniedException, as the service said',
    failed_state: 'LoadImage',
    ...timesOf(execution_arn),
    ...overrides,
  });

test('a photo that failed before it had a row gets one', async () => {
  answers = { 'load-image': failing('AccessDeniedException') };
  const { arn, event } = await failed('recognition', photoKey());
  expect(await record(event)).toStrictEqual({ recorded: true, record: 'photo' });
  expect(await rows()).toStrictEqual([failedRow(arn)]);
  expect(PhotoRecord.parse((await rows())[0])).toStrictEqual(failedRow(arn));
  expect(await record(event)).toStrictEqual({ recorded: true, record: 'photo' });
  expect(await rows()).toStrictEqual([failedRow(arn)]);
});

test('the state that failed within the Map is named', async () => {
  const photo = aPhoto({ key: photoKey() });
  const face = { crop_key: 'c' };
  answers = {
    'load-image': () => ({ proceed: true, photo, detect_at: 1 }),
    'detect-faces': () => ({ count: 1, faces: [face, face], details_key: 'd' }),
    'search-face': failing('ResourceNotFoundException'),
  };
  const { arn, event } = await failed('recognition', photoKey());
  await services.putRow('results', photoRow({ execution_arn: arn }));
  await record(event);
  const error = 'ResourceNotFoundException';
  const cause = `${error}, as the service said`;
  expect(await rows()).toStrictEqual([failedRow(arn, { error, cause, failed_state: 'SearchFace' })]);
});

test('the state that failed last is named, in whatever order the history comes', async () => {
  answers = { 'load-image': failing('AccessDeniedException') };
  const { arn, event } = await failed('recognition', photoKey());
  const oldestFirst = ['SearchFace', 'WriteProcessed'].flatMap((name, index) => [
    { id: 2 * index + 1, previousEventId: 2 * index, type: 'TaskStateEntered', stateEnteredEventDetails: { name } },
    { id: 2 * index + 2, previousEventId: 2 * index + 1, type: 'LambdaFunctionFailed' },
  ]);
  const events = oldestFirst.map((one) => ({ timestamp: 1, ...one }));
  const { sfn, close } = await aScriptedStepFunctions({ GetExecutionHistory: async () => ({ events }) });
  await run(event, { ...services, sfn });
  await close();
  expect(await rows()).toStrictEqual([failedRow(arn, { failed_state: 'WriteProcessed' })]);
});

test('a failure is recorded without its state when Step Functions does not tell it', async () => {
  answers = { 'load-image': failing('AccessDeniedException') };
  const { arn, event } = await failed('recognition', photoKey());
  const { sfn, close } = await aScriptedStepFunctions({
    GetExecutionHistory: () => Promise.reject(new ServiceError('ThrottlingException', 'Rate exceeded')),
  });
  expect(await run(event, { ...services, sfn })).toStrictEqual({ recorded: true, record: 'photo' });
  await close();
  const { failed_state: _, ...row } = failedRow(arn);
  expect(await rows()).toStrictEqual([row]);
});

test('an event that comes after the success changes nothing', async () => {
  answers = { 'load-image': failing('AccessDeniedException') };
  const { arn, event } = await failed('recognition', photoKey());
  answers = { 'load-image': () => ({ proceed: false, because: 'DONE' }) };
  await account.sfn.send(new RedriveExecutionCommand({ executionArn: arn }));
  await account.service.idle();
  for (const status of ['COMPLETED', 'NO_FACES', 'REJECTED'] as const) {
    await services.putRow('results', photoRow({ execution_arn: arn, status }));
    expect(await record(event)).toStrictEqual({ recorded: false, record: 'photo' });
    expect(await rows()).toStrictEqual([photoRow({ execution_arn: arn, status })]);
  }
});

test('a failure after the result was written leaves the result, and can be found', async () => {
  answers = { 'load-image': failing('AccessDeniedException') };
  const { arn, event } = await failed('recognition', photoKey());
  const outcome = {
    status: 'COMPLETED',
    execution_arn: arn,
    processed_key: 'processed/a.json',
    face_count: 2,
  } as const;
  await services.putRow('results', photoRow(outcome));
  const { failed_at } = timesOf(arn);
  const { error, cause, failed_state } = failedRow(arn);
  const late = photoRow({ ...outcome, error, cause, failed_state, failed_at, failure: 'LATE' });
  for (const _ of ['once', 'twice']) {
    expect(await record(event)).toStrictEqual({ recorded: true, record: 'photo' });
    expect(await rows()).toStrictEqual([late]);
  }
  expect(PhotoRecord.parse(late)).toStrictEqual(late);
});

test('the failure of one execution is not that of another on the same photo', async () => {
  answers = { 'load-image': failing('AccessDeniedException') };
  const { event } = await failed('recognition', photoKey());
  const theirs = photoRow({ execution_arn: ANOTHER_EXECUTION });
  await services.putRow('results', theirs);
  expect(await record(event)).toStrictEqual({ recorded: false, record: 'photo' });
  expect(await rows()).toStrictEqual([theirs]);
});

test('a newer version that failed before it was claimed is recorded over the older one', async () => {
  answers = { 'load-image': failing('AccessDeniedException') };
  const { arn, event } = await failed('recognition', photoKey(), { sequencer: '0B' });
  await services.putRow('results', photoRow({ status: 'COMPLETED', processed_key: 'processed/x.json', face_count: 3 }));
  expect(await record(event)).toStrictEqual({ recorded: true, record: 'photo' });
  expect(await rows()).toStrictEqual([failedRow(arn, { sequencer: paddedSequencer('0B') })]);
});

test('the failure of an older version is not recorded over a newer one', async () => {
  answers = { 'load-image': failing('AccessDeniedException') };
  const { event } = await failed('recognition', photoKey());
  const newer = photoRow({ sequencer: paddedSequencer('0B'), execution_arn: ANOTHER_EXECUTION });
  await services.putRow('results', newer);
  expect(await record(event)).toStrictEqual({ recorded: false, record: 'photo' });
  expect(await rows()).toStrictEqual([newer]);
});

test('a second failure, after a redrive, takes the place of the first', async () => {
  answers = { 'load-image': failing('AccessDeniedException') };
  const { arn, event } = await failed('recognition', photoKey());
  await services.putRow('results', failedRow(arn, { error: 'SlowDown', cause: 'old', failed_state: 'SearchFace' }));
  expect(await record(event)).toStrictEqual({ recorded: true, record: 'photo' });
  expect(await rows()).toStrictEqual([failedRow(arn)]);
});

test('an enrolment that failed is recorded beside its person', async () => {
  answers = { 'load-enrolment': failing('AccessDeniedException') };
  const key = 'enroll/john_doe.jpg';
  const { arn, event } = await failed('enroll-face', key);
  const row = {
    person_id: personIdOf('John Doe'),
    record: enrolmentRecordOf(key),
    ...anUploadedObject({ key, execution_arn: arn }),
    name: 'John Doe',
    status: 'FAILED',
    error: 'AccessDeniedException',
    cause: 'AccessDeniedException, as the service said',
    failed_state: 'LoadEnrolment',
    ...timesOf(arn),
  };
  expect(await record(event)).toStrictEqual({ recorded: true, record: row.record });
  expect(await services.rowsOf('people', row.person_id)).toStrictEqual([row]);
  expect(EnrolmentRecord.parse(row)).toStrictEqual(row);
  await services.putRow('people', { ...row, status: 'ENROLLED' });
  expect(await record(event)).toStrictEqual({ recorded: true, record: row.record });
  expect(await services.rowsOf('people', row.person_id)).toStrictEqual([
    { ...row, status: 'ENROLLED', failure: 'LATE' },
  ]);
});

test('an event without its input says of which execution', async () => {
  answers = { 'load-image': failing('AccessDeniedException') };
  const { arn, event } = await failed('recognition', photoKey());
  const { input: _, ...detail } = event.detail;
  expect(await failureOf(record({ ...event, detail }))).toStrictEqual({
    name: 'InvalidPayload',
    message: `The event does not carry the input of ${arn}.`,
  });
});
