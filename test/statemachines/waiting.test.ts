import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { RedriveExecutionCommand } from '@aws-sdk/client-sfn';
import { afterEach, expect, test } from 'vitest';
import { LambdaError } from '../../local/lambda/errors.ts';
import type { MachineName } from '../../statemachines/registry.ts';
import { aMachine, executionArn, machineArn, openAccount, type Account } from '../local/step-functions/account.ts';
import { endOf, historyOf } from '../local/step-functions/run.ts';
import { aCroppedFace, aFace, aMatch, anEnrolment, anInput, aPhoto } from '../support/builders.ts';
import { MACHINES } from '../support/machines.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const FAR = { wait_until: '2026-03-01T13:00:00.000Z' };

let account: Account;
afterEach(() => account.close());

type Answer = unknown;
/** By task: what it answers each time, an error to throw it. The last is repeated. */
type Answers = Readonly<Record<string, readonly Answer[]>>;

const photo = aPhoto();
const loaded = { proceed: true, photo, detect_at: NOW };
const detected = { faces: [aCroppedFace()], count: 1, details_key: 'd' };
const RECOGNIZED: Answers = {
  'load-image': [loaded],
  'detect-faces': [detected],
  'search-face': [aMatch()],
  'persist-face': [{ index: 0, written: true }],
  'write-processed': [{ status: 'COMPLETED' }],
};
const enrolling = { proceed: true, enrolment: anEnrolment(), detect_at: NOW, search_at: NOW, index_at: NOW };
const ENROLLED: Answers = {
  'load-enrolment': [enrolling],
  'check-enrolment': [{ face: aFace(), picture: anEnrolment().picture }],
  'index-face': [{ face_id: 'f', model_version: '7' }],
  'persist-person': [{ status: 'ENROLLED' }],
};
const missed = new LambdaError('SlotMissed', 'The slot for this call was 901 s ago.');

/** Runs the machine with these answers. Gives the states that were entered, and how long the Wait states waited. */
async function run(machine: MachineName, answers: Answers) {
  const left = new Map(Object.entries(answers).map(([task, all]) => [task, [...all]]));
  const waits: number[] = [];
  account = await openAccount({
    machines: [aMachine('m', MACHINES[machine])],
    now: () => NOW,
    sleep: async (milliseconds) => void waits.push(milliseconds),
    random: () => 0,
    invoke: async (arn) => {
      const all = left.get(arn.split(':').at(-1) ?? '') ?? [];
      const answer = all.length > 1 ? all.shift() : all[0];
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });
  const { execution_arn: _, ...input } = anInput();
  await account.service.startExecution({ stateMachineArn: machineArn('m'), name: 'e', input: JSON.stringify(input) });
  await account.service.idle();
  return { waits, states: entered(await historyOf(account, 'm', 'e')), end: (await endOf(account, 'm', 'e')).status };
}

/** What the function was invoked with. */
const inputsOf = async (task: string): Promise<unknown[]> =>
  (await historyOf(account, 'm', 'e')).flatMap(({ lambdaFunctionScheduledEventDetails: scheduled }) =>
    scheduled?.resource?.endsWith(`:${task}`) ? [JSON.parse(scheduled.input ?? '')] : [],
  );

const entered = (events: readonly HistoryEvent[]) =>
  events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);

const PATH =
  'LoadImage AlreadyDone? DetectFaces AnyFaces? EachFace SearchFace PersistFace WriteProcessed Superseded? Announce Done'.split(
    ' ',
  );
const path = (after: string, ...more: string[]) => PATH.toSpliced(PATH.indexOf(after) + 1, 0, ...more);

test('a photo whose slots are near passes no other state than before', async () => {
  expect(await run('recognition', RECOGNIZED)).toStrictEqual({ waits: [], states: PATH, end: 'SUCCEEDED' });
});

test('a photo waits for the slot of its detection', async () => {
  expect(await run('recognition', { ...RECOGNIZED, 'load-image': [{ ...loaded, ...FAR }] })).toStrictEqual({
    waits: [3_600_000],
    states: path('AlreadyDone?', 'WaitToDetect'),
    end: 'SUCCEEDED',
  });
});

test('and for the slot of its first search', async () => {
  expect(await run('recognition', { ...RECOGNIZED, 'detect-faces': [{ ...detected, ...FAR }] })).toStrictEqual({
    waits: [3_600_000],
    states: path('AnyFaces?', 'WaitToSearch'),
    end: 'SUCCEEDED',
  });
});

test('a photo whose detection has missed its slot gets a new one', async () => {
  const answers = {
    'load-image': [loaded, { ...loaded, ...FAR }],
    'detect-faces': [missed, detected],
  };
  expect(await run('recognition', { ...RECOGNIZED, ...answers })).toStrictEqual({
    waits: [3_600_000],
    states: path('DetectFaces', 'LoadImage', 'AlreadyDone?', 'WaitToDetect', 'DetectFaces'),
    end: 'SUCCEEDED',
  });
});

/** What SearchFace and PersistFace answer when a search is late, and then in time. */
const POSTPONED: Answers = {
  'search-face': [{ search_at: NOW + 3_600_000, ...FAR }, aMatch()],
  'persist-face': [missed, ...RECOGNIZED['persist-face']!],
};

test('a search that has missed its slot waits for a new one by itself', async () => {
  expect(await run('recognition', { ...RECOGNIZED, ...POSTPONED })).toStrictEqual({
    waits: [3_600_000],
    states: path('SearchFace', 'PersistFace', 'WaitForSearch', 'SearchFace'),
    end: 'SUCCEEDED',
  });
  expect(await inputsOf('search-face')).toMatchObject([
    { postponed: {} },
    { postponed: { search_at: NOW + 3_600_000, ...FAR } },
  ]);
});

test('a redrive that comes after its slot reserves anew', async () => {
  const failed = new LambdaError('AccessDeniedException', 'no');
  const answers = { ...POSTPONED, 'search-face': [failed, ...POSTPONED['search-face']!] };
  expect(await run('recognition', { ...RECOGNIZED, ...answers })).toMatchObject({ end: 'FAILED' });
  const before = entered(await historyOf(account, 'm', 'e')).length;
  await account.sfn.send(new RedriveExecutionCommand({ executionArn: executionArn('m', 'e') }));
  await account.service.idle();
  expect((await endOf(account, 'm', 'e')).status).toBe('SUCCEEDED');
  expect(entered(await historyOf(account, 'm', 'e')).slice(before)).toStrictEqual(
    'PersistFace WaitForSearch SearchFace PersistFace WriteProcessed Superseded? Announce Done'.split(' '),
  );
});

test('an enrolment waits for both of its slots at once, and gets new ones if it has missed one', async () => {
  const answers = {
    'load-enrolment': [{ ...enrolling, ...FAR }, enrolling],
    'index-face': [missed, ENROLLED['index-face']![0]],
  };
  expect(await run('enroll-face', { ...ENROLLED, ...answers })).toStrictEqual({
    waits: [3_600_000],
    states:
      'LoadEnrolment AlreadyEnrolled? WaitToEnrol CheckEnrolment IndexFace LoadEnrolment AlreadyEnrolled? CheckEnrolment IndexFace PersistPerson Done'.split(
        ' ',
      ),
    end: 'SUCCEEDED',
  });
});
