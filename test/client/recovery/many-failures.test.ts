import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { printRecovery } from '../../../cli/commands/redrive.ts';
import { photoResult, withFaces } from '../../../cli/report/photo-result.ts';
import { pace } from '../../../client/deployment/pace.ts';
import type { Target } from '../../../client/deployment/target.ts';
import { listFailures, type FailedItem } from '../../../client/recovery/failures.ts';
import { Recovery } from '../../../client/recovery/recover.ts';
import type { Deployment } from '../../../schemas/deployment.ts';
import type { PhotoRecord } from '../../../schemas/records.ts';
import { aTerminal } from '../../cli/account.ts';
import { aPhotoRecord } from '../../support/builders.ts';
import { aVirtualClock, withQuotas } from '../../support/quotas.ts';
import { aScriptedStepFunctions } from '../../support/step-functions.ts';
import { startTaskServices, type TaskServices } from '../../support/task-services.ts';

const FAILURES = 10_000;
const MACHINE = 'arn:aws:states:us-east-1:123456789012:stateMachine:rollcall-recognition';
const FIRST = Date.parse('2026-03-01T00:00:00Z');
/** When the state machine was updated: a third of the executions had started before. */
const UPDATED = FIRST + (FAILURES / 3) * 1000;

let services: TaskServices;
let failures: readonly FailedItem[];
let target: Target;
beforeAll(async () => {
  services = await startTaskServices();
  const { dynamoDb, resultsTable: results_table, peopleTable: people_table } = services;
  const deployment = { results_table, people_table, work_retention_days: 7 } as Deployment;
  target = { ...services, dynamoDb, deployment } as unknown as Target;
  const rows = Array.from({ length: FAILURES }, (_, index) => aFailure(index));
  for (let from = 0; from < FAILURES; from += 25) {
    const puts = rows.slice(from, from + 25).map((Item) => ({ PutRequest: { Item } }));
    await dynamoDb.send(new BatchWriteCommand({ RequestItems: { [results_table]: puts } }));
  }
  failures = await listFailures(target, {});
}, 300_000);
afterAll(() => services.close());

const startOf = (executionArn: unknown) => FIRST + Number(String(executionArn).split(':').at(-1)) * 1000;

function aFailure(index: number): PhotoRecord {
  const execution_arn = `${MACHINE.replace(':stateMachine:', ':execution:')}:${index}`;
  const image_id = `${String(index).padStart(5, '0')}.jpg`;
  const timestamp = `${new Date(startOf(execution_arn)).toISOString().slice(0, 19)}Z`;
  const failure = { status: 'FAILED', error: 'ThrottlingException', failed_state: 'SearchFace' } as const;
  return aPhotoRecord({ image_id, key: `input/${image_id}`, execution_arn, timestamp, ...failure });
}

/** Ten thousand executions that failed, of which it tells no faster than the quotas allow. */
async function stepFunctions(clock = aVirtualClock()) {
  const definitionAt = (time: number) => (time < UPDATED ? 'old' : 'new');
  const { operations, counts } = withQuotas(
    {
      DescribeExecution: async ({ executionArn }) => ({
        executionArn,
        stateMachineArn: MACHINE,
        status: 'FAILED',
        redriveStatus: 'REDRIVABLE',
        startDate: startOf(executionArn) / 1000,
        input: '{}',
      }),
      DescribeStateMachine: async () => ({ definition: 'new' }),
      DescribeStateMachineForExecution: async ({ executionArn }) => {
        const definition = definitionAt(startOf(executionArn));
        return { definition, updateDate: (definition === 'new' ? UPDATED : FIRST) / 1000 };
      },
      RedriveExecution: async () => ({ redriveDate: 0 }),
      StartExecution: async ({ name }) => ({ executionArn: name, startDate: 0 }),
    },
    clock,
  );
  const { sfn, close } = await aScriptedStepFunctions(operations);
  return { sfn: pace(sfn, clock), clock, counts, close };
}

async function recoverEverything(dryRun: boolean) {
  const { sfn, clock, counts, close } = await stepFunctions();
  const now = () => new Date(FIRST + 24 * 3_600_000);
  const terminal = aTerminal();
  const at = { ...target, sfn, deployment: { ...target.deployment, machines: { recognition: MACHINE } } };
  const settings = { dryRun, rate: 2, recovery: new Recovery(at, now), pause: clock.sleep };
  const well = await printRecovery(at, terminal, failures, settings);
  await close();
  const throttled = Object.values(counts).reduce((sum, count) => sum + count.throttled, 0);
  return { well, noted: terminal.noted, throttled, counts, printed: terminal.printed.length };
}

test('a dry run over ten thousand failures keeps to the quotas of Step Functions', async () => {
  const { counts, ...outcome } = await recoverEverything(true);
  expect(outcome).toStrictEqual({
    well: true,
    noted: ['Nothing was done; it would be: 6666 redriven, 3334 started anew, 0 left alone.'],
    throttled: 0,
    printed: FAILURES,
  });
  // One for the newest failure, and one for each that started within a minute of the update.
  expect(counts['DescribeStateMachineForExecution']).toStrictEqual({ made: 61, throttled: 0 });
}, 300_000);

test('ten thousand failures are redriven or started anew, and none is left by a throttle', async () => {
  const { counts, ...outcome } = await recoverEverything(false);
  expect(outcome).toStrictEqual({
    well: true,
    noted: ['6666 redriven, 3334 started anew, 0 left alone.'],
    throttled: 0,
    printed: FAILURES,
  });
  expect([counts['RedriveExecution']?.made, counts['StartExecution']?.made]).toStrictEqual([6666, 3334]);
}, 300_000);

test('results of ten thousand failures ask Step Functions for nothing', async () => {
  const { sfn, counts, close } = await stepFunctions();
  const photos = failures as PhotoRecord[];
  const shown = await Promise.all(photos.map((photo) => withFaces({ ...target, sfn }, { ...photo, face_count: 0 })));
  await close();
  expect(shown.map((photo) => photoResult(photo).duration_ms)).toStrictEqual(failures.map(() => null));
  expect(Object.values(counts).filter(({ made }) => made > 0)).toStrictEqual([]);
}, 300_000);
