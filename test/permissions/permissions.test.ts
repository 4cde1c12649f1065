import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Intercept } from '../../local/calls.ts';
import type { Invoke } from '../../local/lambda/lambda.ts';
import { captureRequestBody } from '../../recording/recorder.ts';
import { TASK_NAMES } from '../../schemas/tasks.ts';
import { runScenario } from '../faults/matrix.ts';
import { makeSamplePictures } from '../support/sample-pictures.ts';
import { CachingEngine } from '../support/caching-engine.ts';
import { SCENARIOS } from '../support/scenarios.ts';
import { prepareStack, type PreparedStack } from '../support/stack.ts';
import { startFaultAccount, type FaultAccount } from '../faults/fault-account.ts';
import { allows, grantsOf, lineOf, type Grant, type RequiredPermission } from './iam.ts';
import { observeCall, requiredPermissions, type ObservedCall } from './required-permissions.ts';
import { UNUSUAL_SCENARIOS } from './unusual-scenarios.ts';

/** What Lambda does in a function's name, and no code of ours calls. */
const BY_LAMBDA: Readonly<Record<string, string>> = {
  'logs:CreateLogStream': 'what a function prints becomes its log',
  'logs:PutLogEvents': 'what a function prints becomes its log',
  'xray:PutTraceSegments': 'each invocation is traced',
  'xray:PutTelemetryRecords': 'each invocation is traced',
  'sqs:SendMessage': 'an event that record-failure could not take goes to its dead letters',
};

let folders: PreparedStack;
let engine: CachingEngine;
let stand: FaultAccount;
let grants: Map<string, Grant[]>;
let needs: Map<string, RequiredPermission[]>;

beforeAll(async () => {
  folders = await prepareStack({ faceConcurrency: 1 });
  engine = new CachingEngine(folders.faces);
  grants = await grantsOf(folders.stack);
  const calls = await callsOfAll();
  needs = Map.groupBy(
    calls.flatMap((call) => requiredPermissions(call).map((need) => ({ ...need, caller: call.caller }))),
    ({ caller }) => caller,
  );
}, 180_000);
afterAll(async () => {
  await stand.close();
  await engine.close();
  await folders.remove();
});

/** Every call that every function makes, over all scenarios. */
async function callsOfAll(): Promise<ObservedCall[]> {
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
  stand = await startFaultAccount(folders, engine, { intercept, interceptInvoke });
  const pictures = await makeSamplePictures();
  for (const scenario of [...SCENARIOS, ...UNUSUAL_SCENARIOS]) await runScenario(stand, pictures, scenario);
  // A schedule, which the embedded account leaves out, calls this one.
  await invoke?.('rollcall-measure-backlog', { time: '2026-03-01T12:00:00Z' });
  return Promise.all(calls);
}

const rolesOfTasks = TASK_NAMES.map((task) => `rollcall-${task}`);
/** Once each: the hashes in keys are of no interest. */
const told = (lines: readonly string[]) => [...new Set(lines.map((one) => one.replaceAll(/[0-9a-f]{24}/g, '…')))];

test('every task was run', () => {
  expect(rolesOfTasks.filter((name) => !needs.has(name))).toStrictEqual([]);
});

test('no task calls what its role lacks', () => {
  const lacking = rolesOfTasks.flatMap((name) =>
    (needs.get(name) ?? [])
      .filter((need) => !grants.get(name)?.some((grant) => allows(grant, need)))
      .map((need) => `${name} lacks ${lineOf(need)}`),
  );
  expect(told(lacking)).toStrictEqual([]);
});

test('no role holds what its task never uses', () => {
  const unused = rolesOfTasks.flatMap((name) =>
    (grants.get(name) ?? [])
      .filter(({ action }) => !(action in BY_LAMBDA))
      .filter((grant) => !needs.get(name)?.some((need) => allows(grant, need)))
      .map((grant) => `${name} never uses ${lineOf(grant)}`),
  );
  expect(told(unused)).toStrictEqual([]);
});

test('what Lambda does in the name of a function is granted', () => {
  const all = [...grants].filter(([name]) => rolesOfTasks.includes(name)).flatMap(([, one]) => one);
  expect(Object.keys(BY_LAMBDA).filter((action) => !all.some((grant) => grant.action === action))).toStrictEqual([]);
});
