import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCase } from '../../recording/case-file.ts';
import { differences } from '../../recording/replay/differences.ts';
import type { InjectedFault } from '../../recording/replay/inject-faults.ts';
import { replay } from '../../recording/replay/replay.ts';
import { Case } from '../../schemas/case.ts';
import { MACHINE_NAMES, machineEntry } from '../../statemachines/registry.ts';
import { startTestAccount, type TestAccount } from '../support/test-account.ts';

const folder = join(import.meta.dirname, 'cases');
const read = (name: string) => readCase(join(folder, `${name}.json`));
const NAMES = (await readdir(folder)).map((file) => file.replace(/\.json$/, ''));

let account: TestAccount;
/** A case is about one photo or portrait. Other machines work on the whole account, which no case can hold. */
const MACHINES_WITH_CASES = MACHINE_NAMES.filter((name) => machineEntry(name).objectPrefix !== undefined);
/** The states that the tests below have reached, by state machine. */
const reached = new Map<string, Set<string>>(MACHINES_WITH_CASES.map((machine) => [machine, new Set()]));

beforeAll(async () => {
  account = await startTestAccount();
});
afterAll(() => account.close());

async function run(name: string, options: Parameters<typeof replay>[2] = {}) {
  const recorded = await read(name);
  const replayed = await replay(account, recorded, options);
  for (const state of replayed.path) reached.get(recorded.machine)?.add(state.replace(/^\d+\//, ''));
  return { recorded, replayed };
}

const rekognition = (state: string, operation: string, error: string, times: number): InjectedFault => ({
  state,
  service: 'rekognition',
  operation,
  error,
  times,
});

/** One more than the state machines' eight retries for throttling. */
const TOO_OFTEN = 9;

describe('a case runs as it was recorded', () => {
  test.for(NAMES)('%s', async (name) => {
    const { recorded, replayed } = await run(name);
    expect(differences(recorded, replayed)).toStrictEqual([]);
  });
});

test('a case of another partition runs as it was recorded', async () => {
  const elsewhere = JSON.stringify(await read('completed')).replaceAll('arn:aws:', 'arn:aws-cn:');
  const recorded = Case.parse(JSON.parse(elsewhere));
  expect(differences(recorded, await replay(account, recorded))).toStrictEqual([]);
});

test('a photo goes through these states, and ends in these rows and this JSON', async () => {
  const { replayed } = await run('completed-after-throttling');
  const { path, errors, results, processed } = replayed;
  expect(path).toMatchSnapshot('states');
  expect(errors).toStrictEqual({
    DetectFaces: ['ThrottlingException', 'ThrottlingException'],
    '1/SearchFace': ['ThrottlingException'],
  });
  expect(results).toMatchSnapshot('rows');
  expect(processed).toMatchSnapshot('JSON');
});

test('after throttling, a redrive ends in the same rows and JSON as without it', async () => {
  const { replayed: redriven } = await run('completed', {
    faults: [{ ...rekognition('SearchFace', 'SearchFacesByImage', 'ThrottlingException', TOO_OFTEN), item: 2 }],
    redrives: 1,
  });
  const { replayed: undisturbed } = await run('completed');
  expect(redriven.errors).toStrictEqual({ '2/SearchFace': Array(TOO_OFTEN).fill('ThrottlingException') });
  expect([redriven.end, redriven.results, redriven.processed]).toStrictEqual([
    undisturbed.end,
    undisturbed.results,
    undisturbed.processed,
  ]);
});

test('a picture that only Rekognition refuses is rejected', async () => {
  const { replayed } = await run('completed', {
    faults: [rekognition('DetectFaces', 'DetectFaces', 'InvalidImageFormatException', 1)],
  });
  expect(replayed.path).toMatchSnapshot('states');
  expect(replayed.errors).toStrictEqual({ DetectFaces: ['InvalidImageFormatException'] });
});

test('an error that is neither declared nor retried fails the replay', async () => {
  const faults = [rekognition('DetectFaces', 'DetectFaces', 'SomethingNewException', 1)];
  await expect(run('completed', { faults })).rejects.toThrow(
    'DetectFaces fails with SomethingNewException, which is neither declared nor retried',
  );
});

test('a case without calls, as of a deployed execution, gives the same path', async () => {
  const { tasks, ...recorded } = await read('completed');
  const withoutCalls = tasks.map(({ calls: _, ...task }) => task);
  const { path, end, results } = await replay(account, { ...recorded, tasks: withoutCalls });
  expect({ path, end, results }).toStrictEqual({ path: recorded.path, end: { status: 'SUCCEEDED' }, results: [] });
});

test('a call to Rekognition that the case has no answer to fails the replay', async () => {
  const recorded = await read('no-faces');
  const unanswered = recorded.tasks.map((task) => ({
    ...task,
    calls: task.calls?.filter((call) => call.service !== 'rekognition'),
  }));
  await expect(
    replay(account, Case.parse(JSON.parse(JSON.stringify({ ...recorded, tasks: unanswered })))),
  ).rejects.toThrow('DetectFaces fails with NotRecorded');
});

test('the cases reach every state of every machine, but those that wait for a slot', () => {
  for (const [machine, states] of reached) {
    const all = [...account.stateMachine(machine).states];
    const unpaced = all.filter(([, { Type }]) => Type !== 'Wait').map(([name]) => name);
    expect([...states].sort()).toStrictEqual(unpaced.sort());
  }
});
