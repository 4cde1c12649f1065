import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { functionError } from '../../local/lambda/errors.ts';
import { enrolmentRecordOf, imageIdOf, personIdOf } from '../../schemas/keys.ts';
import { EnrolmentRecord, PhotoRecord } from '../../schemas/records.ts';
import { run } from '../../tasks/record-lost-failures.ts';
import { aMachine, executionArn, machineArn, openAccount, type Account } from '../local/step-functions/account.ts';
import { anInput, aPhoto, aPhotoRecord, anUploadedObject } from '../support/builders.ts';
import { MACHINES } from '../support/machines.ts';
import { startTaskServices, type Row, type TaskServices } from '../support/task-services.ts';

type MachineName = keyof typeof MACHINES;

const CLAIMED = '2026-03-01T12:00:00.000Z';
const LATER = '2026-03-01T13:00:00Z';

let services: TaskServices;
let account: Account;
/** What the tasks answer, or fail with. */
let answer: () => unknown;

beforeAll(async () => {
  services = await startTaskServices();
});
beforeEach(async () => {
  answer = () => {
    throw functionError('AccessDeniedException', 'as the service said');
  };
  account = await openAccount({
    machines: [aMachine('recognition', MACHINES.recognition), aMachine('enroll-face', MACHINES['enroll-face'])],
    invoke: async () => answer(),
  });
});
afterEach(async () => {
  await account.close();
  for (const row of await services.allRows('results')) {
    await services.putRow('results', { image_id: row['image_id'], record: row['record'] });
  }
});
afterAll(() => services.close());

/** Starts an execution. Its status events reach nobody. */
async function start(machine: MachineName, key: string): Promise<string> {
  const { execution_arn: _, ...event } = anInput({ key });
  const name = key.replaceAll(/\W/g, '-');
  await account.service.startExecution({ stateMachineArn: machineArn(machine), name, input: JSON.stringify(event) });
  return executionArn(machine, name);
}

/** An execution that has ended, and its photo's row as the claim left it. */
async function ended(key: string, overrides: Parameters<typeof aPhotoRecord>[0] = {}) {
  const execution_arn = await start('recognition', key);
  await account.service.idle();
  const row = aPhotoRecord({ image_id: imageIdOf(key), key, execution_arn, claimed_at: CLAIMED, ...overrides });
  await services.putRow('results', row);
  return row;
}

const sweep = (time = LATER, now = services.now, sleep: (ms: number) => Promise<unknown> = async () => {}) => {
  const machineArns = (['recognition', 'enroll-face'] as const).map(machineArn);
  return run({ time }, { ...services, sfn: account.sfn, machineArns, sleep, now });
};
const rowOf = async (key: string): Promise<Row | undefined> => (await services.rowsOf('results', imageIdOf(key)))[0];

test('a photo whose execution failed is recorded, though the event was lost, just as its event would have it', async () => {
  const row = await ended('input/lost.jpg');
  expect(await sweep()).toStrictEqual({ checked: 1, recorded: 1 });
  const { startDate, stopDate } = await account.sfn.send(
    new DescribeExecutionCommand({ executionArn: row.execution_arn }),
  );
  const expected = {
    ...row,
    status: 'FAILED',
    error: 'AccessDeniedException',
    cause: 'as the service said',
    failed_state: 'LoadImage',
    claimed_at: startDate!.toISOString(),
    failed_at: stopDate!.toISOString(),
  };
  expect(await rowOf('input/lost.jpg')).toStrictEqual(expected);
  expect(PhotoRecord.parse(expected)).toStrictEqual(expected);
  expect(await sweep()).toStrictEqual({ checked: 0, recorded: 0 });
});

test('so is an enrolment', async () => {
  const key = 'enroll/john_doe.jpg';
  const execution_arn = await start('enroll-face', key);
  await account.service.idle();
  const row = {
    person_id: personIdOf('John Doe'),
    record: enrolmentRecordOf(key),
    ...anUploadedObject({ key, execution_arn }),
    name: 'John Doe',
    status: 'PROCESSING',
    claimed_at: CLAIMED,
  };
  await services.putRow('people', row);
  expect(await sweep()).toStrictEqual({ checked: 1, recorded: 1 });
  const [recorded] = await services.rowsOf('people', row.person_id);
  expect(EnrolmentRecord.parse(recorded)).toMatchObject({ status: 'FAILED', failed_state: 'LoadEnrolment' });
});

test('an execution that is under way is left alone', async () => {
  answer = () => new Promise(() => {});
  const running = aPhotoRecord({ execution_arn: await start('recognition', 'input/a.jpg'), claimed_at: CLAIMED });
  await services.putRow('results', running);
  expect(await sweep()).toStrictEqual({ checked: 0, recorded: 0 });
  expect(await rowOf('input/a.jpg')).toStrictEqual(running);
});

test('an execution that was claimed a moment ago is left to its event', async () => {
  const row = await ended('input/moment.jpg');
  expect(await sweep('2026-03-01T12:14:59Z')).toStrictEqual({ checked: 0, recorded: 0 });
  expect(await rowOf('input/moment.jpg')).toStrictEqual(row);
});

test('an execution that Step Functions has forgotten is recorded as such', async () => {
  const execution_arn = executionArn('recognition', 'forgotten');
  await services.putRow('results', aPhotoRecord({ execution_arn, claimed_at: CLAIMED }));
  expect(await sweep()).toStrictEqual({ checked: 1, recorded: 1 });
  expect(await rowOf('input/a.jpg')).toMatchObject({
    status: 'FAILED',
    error: 'ExecutionDoesNotExist',
    cause: 'Step Functions has forgotten the execution, and how it ended was never recorded.',
  });
});

test('an execution that succeeded without its outcome in the row is recorded, to be started anew', async () => {
  answer = () => ({ proceed: false, because: 'DONE', photo: aPhoto() });
  await ended('input/restored.jpg');
  expect(await sweep()).toStrictEqual({ checked: 1, recorded: 1 });
  expect(await rowOf('input/restored.jpg')).toMatchObject({
    status: 'FAILED',
    error: 'OutcomeMissing',
    cause: 'The execution succeeded, but its outcome is not in the row.',
  });
});

test('what happened to a row while it was looked at stays', async () => {
  const row = await ended('input/meanwhile.jpg');
  const now = { ...row, execution_arn: executionArn('recognition', 'another') };
  const dynamoDb = services.anotherDynamoDb();
  dynamoDb.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (commandName === 'UpdateItemCommand') await services.putRow('results', now);
        return next(args);
      },
    { step: 'initialize' },
  );
  const machineArns = [machineArn('recognition')];
  const meddled = { ...services, dynamoDb, sfn: account.sfn, machineArns, sleep: async () => {} };
  expect(await run({ time: LATER }, meddled)).toStrictEqual({ checked: 1, recorded: 0 });
  expect(await rowOf('input/meanwhile.jpg')).toStrictEqual(now);
});

test('it asks ten times a second for as long as it may, the oldest photo first, and the next run goes on', async () => {
  for (const [key, timestamp] of [
    ['input/2.jpg', '2026-03-01T11:00:02Z'],
    ['input/1.jpg', '2026-03-01T11:00:01Z'],
    ['input/3.jpg', '2026-03-01T11:00:03Z'],
  ] as const) {
    await ended(key, { timestamp });
  }
  const waits: number[] = [];
  const now = () => new Date(waits.length < 2 ? 0 : 240_000);
  expect(await sweep(LATER, now, async (ms) => void waits.push(ms))).toStrictEqual({ checked: 1, recorded: 1 });
  // One wait is between the lists of the two machines.
  expect(waits).toStrictEqual([250, 100]);
  expect((await rowOf('input/1.jpg'))?.['status']).toBe('FAILED');
  expect(await sweep()).toStrictEqual({ checked: 2, recorded: 2 });
});
