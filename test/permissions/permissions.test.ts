import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Intercept } from '../../local/calls.ts';
import type { Invoke } from '../../local/lambda/lambda.ts';
import { captureRequestBody } from '../../recording/recorder.ts';
import { enrolmentRecordOf, personIdOf, tombstoneIdOf } from '../../schemas/keys.ts';
import { TASK_NAMES } from '../../schemas/tasks.ts';
import { machineArn, machineOfKey } from '../../statemachines/registry.ts';
import { anUploadedObject } from '../support/builders.ts';
import { CachingEngine } from '../support/caching-engine.ts';
import { runScenario } from '../support/run-scenario.ts';
import { makeSamplePictures } from '../support/sample-pictures.ts';
import { SCENARIOS } from '../support/scenarios.ts';
import { prepareStack, type PreparedStack } from '../support/stack.ts';
import { startTestAccount, type TestAccount } from '../support/test-account.ts';
import { allows, grantsOf, lineOf, type Grant, type RequiredPermission } from './iam.ts';
import { observeCall, requiredPermissions, type ObservedCall } from './required-permissions.ts';
import { UNUSUAL_SCENARIOS } from './unusual-scenarios.ts';

/** What Lambda does with a function's role, without a call in our code. */
const BY_LAMBDA: Readonly<Record<string, string>> = {
  'logs:CreateLogStream': 'what a function prints becomes its log',
  'logs:PutLogEvents': 'what a function prints becomes its log',
  'xray:PutTraceSegments': 'each invocation is traced',
  'xray:PutTelemetryRecords': 'each invocation is traced',
  'sqs:SendMessage': 'an event that record-failure failed for goes to its dead-letter queue',
};

let prepared: PreparedStack;
let engine: CachingEngine;
let account: TestAccount;
let grants: Map<string, Grant[]>;
let required: Map<string, RequiredPermission[]>;

beforeAll(async () => {
  prepared = await prepareStack({ faceConcurrency: 1 });
  engine = new CachingEngine(prepared.faces);
  grants = await grantsOf(prepared.stack);
  account = await startTestAccount({ stackFolder: prepared.stack, engine });
  const calls = await observeAllCalls();
  required = Map.groupBy(
    calls.flatMap((call) => requiredPermissions(call).map((permission) => ({ ...permission, caller: call.caller }))),
    ({ caller }) => caller,
  );
}, 900_000);
afterAll(async () => {
  await account.close();
  await engine.close();
  await prepared.remove();
});

/** Every call that every function makes in all scenarios. */
async function observeAllCalls(): Promise<ObservedCall[]> {
  const calls: Promise<ObservedCall>[] = [];
  const intercept: Intercept = (call, serve) => (request, response) => {
    if (call.caller.startsWith('rollcall-')) {
      const body = captureRequestBody(request);
      response.once('finish', () => calls.push(observeCall(call, request, body(), response.statusCode)));
    }
    serve(request, response);
  };
  let invoke: Invoke | undefined;
  const interceptInvoke = (inner: Invoke) => (invoke = inner);
  account.setInterceptors({ intercept, interceptInvoke });
  const pictures = await makeSamplePictures();
  for (const scenario of [...SCENARIOS, ...UNUSUAL_SCENARIOS]) await runScenario(account, pictures, scenario);
  // In AWS a schedule invokes them, and the embedded account has no schedules.
  await invoke?.('rollcall-measure-backlog', { time: '2026-03-01T12:00:00Z' });
  await loseFailures(account);
  await invoke?.('rollcall-record-lost-failures', { time: '2099-01-01T00:00:00Z' });
  return Promise.all(calls);
}

/** Leaves a photo and an enrolment PROCESSING whose executions failed, as if the events of the failures were lost. */
async function loseFailures(inside: TestAccount): Promise<void> {
  const { sfn, dynamoDb, deployment } = inside;
  await inside.clear();
  for (const [table, key, own] of [
    [deployment.results_table, 'input/lost.jpg', { image_id: 'lost.jpg', record: 'photo' }],
    [
      deployment.people_table,
      'enroll/lost.jpg',
      { person_id: personIdOf('Lost'), record: enrolmentRecordOf('enroll/lost.jpg') },
    ],
  ] as const) {
    const stateMachineArn = machineArn(deployment, machineOfKey(key)!);
    const { executionArn } = await sfn.send(
      new StartExecutionCommand({ stateMachineArn, input: '{"of": "no event"}' }),
    );
    const object = anUploadedObject({ key, execution_arn: executionArn! });
    const row = { ...own, ...object, status: 'PROCESSING', claimed_at: '2026-03-01T12:00:00.000Z' };
    await dynamoDb.send(new PutCommand({ TableName: table, Item: row }));
  }
  // The name must not come back with the failure.
  const tombstone = { person_id: tombstoneIdOf(personIdOf('Lost')), record: 'tombstone' };
  const Item = { ...tombstone, forgotten_at: '2026-03-01T12:00:00.000Z' };
  await dynamoDb.send(new PutCommand({ TableName: deployment.people_table, Item }));
  await inside.idle();
}

const rolesOfTasks = TASK_NAMES.map((task) => `rollcall-${task}`);
/** Without the hashes in keys, and each line once. */
const distinct = (lines: readonly string[]) => [...new Set(lines.map((one) => one.replaceAll(/[0-9a-f]{24}/g, '…')))];

test('every task was run', () => {
  expect(rolesOfTasks.filter((name) => !required.has(name))).toStrictEqual([]);
});

test('every role allows what its task calls', () => {
  const lacking = rolesOfTasks.flatMap((name) =>
    (required.get(name) ?? [])
      .filter((permission) => !grants.get(name)?.some((grant) => allows(grant, permission)))
      .map((permission) => `${name} lacks ${lineOf(permission)}`),
  );
  expect(distinct(lacking)).toStrictEqual([]);
});

test('no role allows what its task never calls', () => {
  const unused = rolesOfTasks.flatMap((name) =>
    (grants.get(name) ?? [])
      .filter(({ action }) => !(action in BY_LAMBDA))
      .filter((grant) => !required.get(name)?.some((permission) => allows(grant, permission)))
      .map((grant) => `${name} never uses ${lineOf(grant)}`),
  );
  expect(distinct(unused)).toStrictEqual([]);
});

test('every permission that Lambda uses on behalf of a function is granted', () => {
  const all = [...grants].filter(([name]) => rolesOfTasks.includes(name)).flatMap(([, one]) => one);
  expect(Object.keys(BY_LAMBDA).filter((action) => !all.some((grant) => grant.action === action))).toStrictEqual([]);
});
