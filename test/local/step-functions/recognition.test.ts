import { RedriveExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aMachine, aTask, executionArn, machineArn, openAccount, type Account } from './account.ts';
import { endOf, historyOf, typesOf } from './run.ts';

// A machine of the shape of the recognition machine, with bundles in worker threads: all parts at once.

const Retry = [
  {
    ErrorEquals: ['ThrottlingException', 'Lambda.TooManyRequestsException', 'Sandbox.Timedout'],
    IntervalSeconds: 1,
    MaxAttempts: 3,
    BackoffRate: 2,
    JitterStrategy: 'FULL',
    MaxDelaySeconds: 20,
  },
];

const task = (name: string, Payload: object, rest: object) =>
  aTask(name, {
    Parameters: { FunctionName: name, Payload },
    ResultSelector: { 'it.$': '$.Payload' },
    OutputPath: undefined,
    TimeoutSeconds: 30,
    Retry,
    ...rest,
  });

const definition = {
  StartAt: 'LoadImage',
  TimeoutSeconds: 300,
  States: {
    LoadImage: task(
      'load',
      { 'key.$': '$.key', 'execution.$': '$$.Execution.Id' },
      {
        ResultPath: '$.loaded',
        Catch: [{ ErrorEquals: ['NotAPictureError'], ResultPath: '$.error', Next: 'RejectImage' }],
        Next: 'AlreadyDone?',
      },
    ),
    'AlreadyDone?': {
      Type: 'Choice',
      Choices: [{ Variable: '$.loaded.it.done', BooleanEquals: true, Next: 'Done' }],
      Default: 'DetectFaces',
    },
    DetectFaces: task('detect', { 'key.$': '$.loaded.it.key' }, { ResultPath: '$.detected', Next: 'AnyFaces?' }),
    'AnyFaces?': {
      Type: 'Choice',
      Choices: [{ Variable: '$.detected.it[0]', IsPresent: true, Next: 'EachFace' }],
      Default: 'WriteProcessed',
    },
    EachFace: {
      Type: 'Map',
      ItemsPath: '$.detected.it',
      MaxConcurrency: 2,
      ItemSelector: { 'key.$': '$.loaded.it.key', 'index.$': '$$.Map.Item.Index', 'face.$': '$$.Map.Item.Value' },
      ItemProcessor: {
        ProcessorConfig: { Mode: 'INLINE' },
        StartAt: 'SearchFace',
        States: {
          SearchFace: task('search', { 'face.$': '$.face' }, { ResultPath: '$.found', Next: 'PersistFace' }),
          PersistFace: task(
            'persist',
            { 'face.$': '$.face', 'person.$': '$.found.it' },
            { ResultPath: null, End: true },
          ),
        },
      },
      ResultPath: null,
      Next: 'WriteProcessed',
    },
    WriteProcessed: task('write', { 'key.$': '$.loaded.it.key' }, { ResultPath: '$.processed', Next: 'Announce' }),
    Announce: {
      Type: 'Task',
      Resource: 'arn:aws:states:::events:putEvents',
      Parameters: { Entries: [{ Source: 'rollcall', DetailType: 'Photo Processed', 'Detail.$': '$.processed.it' }] },
      ResultPath: null,
      Next: 'Done',
    },
    Done: { Type: 'Succeed', OutputPath: '$.loaded.it' },
    RejectImage: task('reject', { 'error.$': '$.error' }, { ResultPath: '$.rejected', Next: 'Rejected' }),
    Rejected: { Type: 'Succeed', OutputPath: '$.rejected.it' },
  },
};

/** Each function keeps its rows in its own thread; `persist` cannot write face 2 until it is mended. */
const functions = {
  load: `class NotAPictureError extends Error { name = 'NotAPictureError'; }
    export const handler = async ({ key, execution }) => {
      if (key.endsWith('.txt')) throw new NotAPictureError(key + ' is text');
      return { key, done: key === 'done.jpg', owner: execution.split(':').at(-1) };
    };`,
  detect: `export const handler = async ({ key }) => (key === 'empty.jpg' ? [] : ['1', '2', '3'].map((n) => key + '#' + n));`,
  search: `const tried = new Set();
    export const handler = async ({ face }) => {
      if (!tried.has(face)) {
        tried.add(face);
        throw Object.assign(new Error('slower'), { name: 'ThrottlingException' });
      }
      return 'person of ' + face;
    };`,
  persist: `let broken = true;
    export const handler = async ({ face, person }) => {
      if (face === 'broken.jpg#2' && broken) {
        broken = false;
        throw Object.assign(new Error('no table'), { name: 'ResourceNotFoundException' });
      }
      return [face, person];
    };`,
  write: `export const handler = async ({ key }) => ({ processed: key });`,
  reject: `export const handler = async ({ error }) => ({ reason: error.Error, ...JSON.parse(error.Cause), trace: undefined });`,
};

let account: Account;
const announced: unknown[] = [];

beforeAll(async () => {
  account = await openAccount({
    machines: [aMachine('m', definition)],
    functions,
    integrations: {
      putEvents: async (entries) => {
        announced.push(...entries.map(({ Detail }) => JSON.parse(Detail) as unknown));
        return { FailedEntryCount: 0, Entries: [{ EventId: '1' }] };
      },
    },
  });
});
afterAll(() => account.close());

async function photo(key: string): Promise<unknown> {
  announced.length = 0;
  const name = key.split('.')[0] ?? '';
  await account.service.startExecution({ stateMachineArn: machineArn('m'), name, input: JSON.stringify({ key }) });
  await account.service.idle();
  return endOf(account, 'm', name);
}

async function entered(name: string): Promise<string[]> {
  const types = typesOf(await historyOf(account, 'm', name));
  return types
    .filter((type) => type.includes('StateEntered'))
    .map((type) => type.split(' ')[1] ?? '')
    .toSorted();
}

test('a photo with faces goes all the way, throttled searches being retried', async () => {
  expect(await photo('group.jpg')).toStrictEqual({
    status: 'SUCCEEDED',
    output: { key: 'group.jpg', done: false, owner: 'group' },
  });
  expect(announced).toStrictEqual([{ processed: 'group.jpg' }]);
  const types = typesOf(await historyOf(account, 'm', 'group'));
  const count = (type: string) => types.filter((one) => one === type).length;
  expect([count('TaskFailed'), count('TaskSucceeded'), count('MapStateSucceeded')]).toStrictEqual([3, 10, 1]);
});

test('a photo that is done is left alone', async () => {
  await photo('done.jpg');
  expect(await entered('done')).toStrictEqual(['AlreadyDone?', 'Done', 'LoadImage']);
});

test('a photo without a face is written at once', async () => {
  await photo('empty.jpg');
  expect(await entered('empty')).toStrictEqual(
    ['LoadImage', 'AlreadyDone?', 'DetectFaces', 'AnyFaces?', 'WriteProcessed', 'Announce', 'Done'].toSorted(),
  );
});

test('what is no picture is rejected with its reason', async () => {
  expect(await photo('note.txt')).toStrictEqual({
    status: 'SUCCEEDED',
    output: { reason: 'NotAPictureError', errorType: 'NotAPictureError', errorMessage: 'note.txt is text' },
  });
});

test('a fault in one face fails the photo, and a redrive ends it without searching or writing a face again', async () => {
  const failed = (await photo('broken.jpg')) as { status: string; error: string };
  expect([failed.status, failed.error]).toStrictEqual(['FAILED', 'ResourceNotFoundException']);
  await account.sfn.send(new RedriveExecutionCommand({ executionArn: executionArn('m', 'broken') }));
  await account.service.idle();
  expect((await endOf(account, 'm', 'broken')).status).toBe('SUCCEEDED');
  const events = await historyOf(account, 'm', 'broken');
  const succeeded = events.filter(({ type }) => type === 'TaskSucceeded').length;
  // Load, detect, three searches, three writes of a face, write and announce: each once.
  expect(succeeded).toBe(10);
});
