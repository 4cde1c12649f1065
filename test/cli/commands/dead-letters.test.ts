import { DescribeExecutionCommand, ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { PurgeQueueCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { listDeadLetters, putBackAll } from '../../../cli/commands/dead-letters.ts';
import { findItem } from '../../../client/recovery/failures.ts';
import type { PhotoRecord } from '../../../schemas/records.ts';
import { machineArn } from '../../../statemachines/registry.ts';
import { aTerminal, anAccount, throttled, type CliAccount } from '../account.ts';

let account: CliAccount;
beforeAll(async () => {
  account = await anAccount();
  await account.answerAsIn('completed-one-face');
});
afterAll(() => account.close());
beforeEach(async () => {
  const { sqs, deployment } = account.target;
  for (const QueueUrl of Object.values(deployment.dead_letters)) await sqs.send(new PurgeQueueCommand({ QueueUrl }));
});

async function sendDeadLetter(
  queue: 'recognition' | 'failures',
  event: unknown,
  why = 'ThrottlingException: Rate exceeded',
): Promise<void> {
  const { sqs, deployment } = account.target;
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: deployment.dead_letters[queue],
      MessageBody: typeof event === 'string' ? event : JSON.stringify(event),
      MessageAttributes: { ERROR_MESSAGE: { DataType: 'String', StringValue: why } },
    }),
  );
}

/** The row of a photo that was processed or failed. */
const photo = async (id: string) => (await findItem(account.target, id)) as PhotoRecord | undefined;

/** The event that told of a photo, as S3 put it on the bus. */
const objectCreatedEvent = (
  { bucket, key, version_id, etag, size, sequencer, timestamp }: PhotoRecord,
  id: string,
) => ({
  version: '0',
  id,
  'detail-type': 'Object Created',
  source: 'aws.s3',
  time: timestamp,
  detail: {
    bucket: { name: bucket },
    object: { key, size, etag, sequencer, 'version-id': version_id },
    requester: '111122223333',
    'source-ip-address': '192.0.2.1',
  },
});

const failedEvent = ({ execution_arn, ...row }: PhotoRecord) => ({
  id: 'event-of-a-failure',
  'detail-type': 'Step Functions Execution Status Change',
  source: 'aws.states',
  time: row.timestamp,
  detail: {
    executionArn: execution_arn,
    stateMachineArn: machineArn(account.target.deployment, 'recognition'),
    status: 'FAILED',
    input: JSON.stringify(objectCreatedEvent({ execution_arn, ...row }, 'any')),
    error: 'ThrottlingException',
    cause: 'Rate exceeded',
    startDate: Date.parse(row.claimed_at),
    stopDate: row.failed_at === undefined ? null : Date.parse(row.failed_at),
  },
});

async function putBack() {
  const terminal = aTerminal();
  const well = await putBackAll(account.target, terminal);
  await account.target.idle?.();
  return { well, printed: terminal.printed, noted: terminal.noted };
}

async function listed(): Promise<string[]> {
  const terminal = aTerminal();
  await listDeadLetters(account.target, terminal);
  return terminal.printed;
}

async function executions(): Promise<string[]> {
  const stateMachineArn = machineArn(account.target.deployment, 'recognition');
  const { executions: all = [] } = await account.target.sfn.send(new ListExecutionsCommand({ stateMachineArn }));
  return all.map(({ name = '' }) => name);
}

/** The inputs of the executions of this name. */
async function inputsOf(name: string): Promise<unknown[]> {
  const { sfn, deployment } = account.target;
  const stateMachineArn = machineArn(deployment, 'recognition');
  const { executions: all = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
  const named = all.filter((execution) => execution.name === name);
  return Promise.all(
    named.map(async ({ executionArn }) => {
      const { input = '' } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      return JSON.parse(input) as unknown;
    }),
  );
}

test('listing leaves them where they are', async () => {
  await account.uploadAndWait('input/a.jpg');
  const row = (await photo('a.jpg'))!;
  await sendDeadLetter('recognition', objectCreatedEvent(row, 'one'));
  const line = `${row.timestamp} input/a.jpg: ThrottlingException: Rate exceeded`;
  expect([await listed(), await listed()]).toStrictEqual([[line], [line]]);
});

test('an event that never started anything starts its execution, once', async () => {
  await account.uploadAndWait('input/b.jpg');
  const row = (await photo('b.jpg'))!;
  await sendDeadLetter('recognition', objectCreatedEvent(row, 'two'));
  expect(await putBack()).toStrictEqual({
    well: true,
    printed: ['input/b.jpg: started'],
    noted: ['1 event put back.'],
  });
  const { bucket, key, size, etag, sequencer, version_id, timestamp: time } = row;
  expect(await inputsOf('put-back-two')).toStrictEqual([
    { time, detail: { bucket: { name: bucket }, object: { key, size, etag, sequencer, 'version-id': version_id } } },
  ]);
  expect(await listed()).toStrictEqual(['No dead letters.']);
  await sendDeadLetter('recognition', objectCreatedEvent(row, 'two'));
  const before = await executions();
  expect((await putBack()).printed).toStrictEqual(['input/b.jpg: had been started before']);
  expect([await executions(), await photo('b.jpg')]).toStrictEqual([before, row]);
});

test('a failure that record-failure itself failed at comes wrapped by Lambda, and is put back all the same', async () => {
  await account.uploadAndWait('input/wrapped.jpg');
  const row = (await photo('wrapped.jpg'))!;
  const { sqs, deployment } = account.target;
  const envelope = {
    version: '1.0',
    timestamp: '2026-11-23T18:00:00.000Z',
    requestContext: {
      requestId: 'e4b46cbf-b738-xmpl-8880-a18cdf61200e',
      functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:rollcall-record-failure:$LATEST',
      condition: 'RetriesExhausted',
      approximateInvokeCount: 3,
    },
    requestPayload: failedEvent(row),
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: { errorType: 'SlowDown', errorMessage: 'Reduce your request rate' },
  };
  const QueueUrl = deployment.dead_letters['failures'];
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(envelope) }));
  expect(await listed()).toStrictEqual([`${row.timestamp} ${row.execution_arn}: Reduce your request rate`]);
  expect(await putBack()).toStrictEqual({
    well: true,
    printed: [`${row.execution_arn}: had ended otherwise since`],
    noted: ['1 event put back.'],
  });
  expect(await photo('wrapped.jpg')).toStrictEqual(row);
});

test('a failure that was never recorded is recorded; one that was overcome since changes nothing', async () => {
  await account.answerAsIn('completed-one-face', throttled('SearchFace', 'SearchFacesByImage', 9));
  await account.uploadAndWait('input/c.jpg');
  const row = (await photo('c.jpg'))!;
  await sendDeadLetter('failures', failedEvent({ ...row, execution_arn: row.execution_arn }));
  expect((await putBack()).printed).toStrictEqual([`${row.execution_arn}: recorded as failed`]);
  expect(await photo('c.jpg')).toStrictEqual({ ...row, cause: 'Rate exceeded' });

  await account.answerAsIn('completed-one-face');
  await account.uploadAndWait('input/d.jpg');
  const done = (await photo('d.jpg'))!;
  await sendDeadLetter('failures', failedEvent(done));
  expect((await putBack()).printed).toStrictEqual([`${done.execution_arn}: had ended otherwise since`]);
  expect(await photo('d.jpg')).toStrictEqual(done);
});

test('what is no event of ours stays', async () => {
  await sendDeadLetter('recognition', 'no JSON', 'why');
  const left = 'no JSON: not put back: no part of Rollcall is started by such an event';
  expect(await putBack()).toStrictEqual({
    well: false,
    printed: [left],
    noted: ['0 events put back, 1 left where they are.'],
  });
  expect(await listed()).toStrictEqual(['no event no JSON: why']);
});
