import { ListFacesCommand } from '@aws-sdk/client-rekognition';
import { DeleteObjectCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, RedriveExecutionCommand } from '@aws-sdk/client-sfn';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { functionError } from '../../local/lambda/errors.ts';
import { stateOfFunction } from '../../recording/replay/state-machines.ts';
import { personIdOf } from '../../schemas/keys.ts';
import { aPhotoOf, colouredEngine, type Colour } from '../support/coloured-faces.ts';
import { aboutLargest, startBatch } from '../support/decide.ts';
import { readGroups, startGrouping } from '../support/group.ts';
import { startTestAccount, type TestAccount } from '../support/test-account.ts';

let account: TestAccount;
/** The paid calls about unknown faces, by operation. */
const paid: Record<string, number> = {};
let runs = 0;
beforeAll(async () => {
  account = await startTestAccount({ engine: colouredEngine() });
}, 120_000);
afterAll(() => account.close());
beforeEach(async () => {
  account.setInterceptors({});
  await account.clear();
});

async function upload(name: string, people: readonly Colour[], shade = 0): Promise<void> {
  await account.upload(`input/${name}`, await aPhotoOf(people, shade));
  await account.idle();
}

/** Three photos of red, two of green, and one of blue with red. */
async function anAlbum(): Promise<void> {
  await upload('a.jpg', ['red'], 10);
  await upload('b.jpg', ['red'], 20);
  await upload('c.jpg', ['blue', 'red'], 30);
  await upload('d.jpg', ['green'], 40);
  await upload('e.jpg', ['green'], 50);
}

function countPaidCalls(): void {
  for (const operation of Object.keys(paid)) delete paid[operation];
  account.setInterceptors({
    intercept: ({ service, operation, caller }, serve) => {
      if (service === 'rekognition' && caller.endsWith('-unknown') && operation !== 'ListFaces') {
        paid[operation] = (paid[operation] ?? 0) + 1;
      }
      return serve;
    },
  });
}

/** Groups, and gives the faces of each group and of each suggestion. */
async function group() {
  const executionArn = await startGrouping(account, `run-${++runs}`);
  await account.idle();
  const { status, error, cause } = await account.sfn.send(new DescribeExecutionCommand({ executionArn }));
  expect([status, error, cause]).toStrictEqual(['SUCCEEDED', undefined, undefined]);
  return shown();
}

async function shown() {
  const { groups, suggestions, faces, refused } = await readGroups(account);
  const named = (some: readonly { image_id: string; face_index: number }[]) =>
    some.map(({ image_id, face_index }) => `${image_id}#${face_index}`);
  return {
    faces,
    refused,
    ids: groups.map(({ id }) => id),
    groups: groups.map((one) => named(one.faces)),
    suggestions: suggestions.map(named),
  };
}

async function vectors(): Promise<(string | undefined)[]> {
  const list = new ListFacesCommand({ CollectionId: account.deployment.unknown_collection });
  const { Faces = [] } = await account.rekognition.send(list);
  return Faces.map(({ ExternalImageId }) => ExternalImageId);
}

const versionsOfGroups = async () => {
  const list = new ListObjectVersionsCommand({ Bucket: account.deployment.bucket, Prefix: 'groups/' });
  const { Versions = [] } = await account.s3.send(list);
  return Versions.map(({ Key }) => Key);
};

const name = async (photo: string, person: string) => {
  const person_id = personIdOf(person);
  const named = await aboutLargest(account, photo, { kind: 'PERSON', person_id });
  await startBatch(account, `batch-${++runs}`, { people: [{ person_id, name: person }], decisions: [named] });
  await account.idle();
};

const RED = ['a.jpg#0', 'b.jpg#0', 'c.jpg#0'];
const GREEN = ['d.jpg#0', 'e.jpg#0'];

// The first to run loads the functions, which takes long on a busy machine.
test('three faces that are alike are a group, and two are a suggestion', { timeout: 240_000 }, async () => {
  await anAlbum();
  countPaidCalls();
  const { ids, ...found } = await group();
  expect(found).toStrictEqual({ faces: 6, refused: 0, groups: [RED], suggestions: [GREEN] });
  expect(ids).toStrictEqual([expect.stringMatching(/^g_[0-9a-f]{8}$/)]);
  expect(paid).toStrictEqual({ IndexFaces: 6, SearchFaces: 6 });
});

test('a second run pays only for what is new, and groups keep their ids', async () => {
  await anAlbum();
  const first = await group();
  countPaidCalls();
  expect(await group()).toStrictEqual(first);
  expect(paid).toStrictEqual({});
  await upload('f.jpg', ['red'], 60);
  await upload('g.jpg', ['green'], 70);
  const second = await group();
  expect(paid).toStrictEqual({ IndexFaces: 2, SearchFaces: 2 });
  expect(second.groups).toStrictEqual([
    [...RED, 'f.jpg#0'],
    [...GREEN, 'g.jpg#0'],
  ]);
  expect(second.ids[0]).toBe(first.ids[0]);
  expect(await versionsOfGroups()).toStrictEqual(['groups/comparisons.json', 'groups/unknown.json']);
});

test('a face that was named is left out, and its vector is removed', async () => {
  await anAlbum();
  await group();
  await name('a.jpg', 'Ada');
  expect(await vectors()).toHaveLength(6);
  expect(await group()).toMatchObject({ faces: 5, groups: [], suggestions: [RED.slice(1), GREEN] });
  expect(await vectors()).toHaveLength(5);
});

test('without unknown faces there are no groups', async () => {
  expect(await group()).toStrictEqual({ faces: 0, refused: 0, ids: [], groups: [], suggestions: [] });
});

describe('what is named while a run is under way', () => {
  /** Does something once, after a task has ended and before the next begins. */
  const after = (state: string, work: () => Promise<void>) => {
    let done = false;
    account.setInterceptors({
      interceptInvoke: (invoke) => async (functionArn, payload, trace) => {
        const answer = await invoke(functionArn, payload, trace);
        if (done || stateOfFunction(account.stateMachine('group-unknown'), functionArn) !== state) return answer;
        done = true;
        await work();
        return answer;
      },
    });
  };

  test.each(['CollectUnknown', 'IndexUnknown', 'CompareUnknown'])('after %s, is left out', async (state) => {
    await anAlbum();
    after(state, hideA);
    expect(await group()).toMatchObject({ faces: 5, groups: [] });
  });
});

/** As apply-decisions leaves the row of a stranger. The machine `decide` cannot run within another one's task here. */
async function hideA(): Promise<void> {
  await account.dynamoDb.send(
    new UpdateCommand({
      TableName: account.deployment.results_table,
      Key: { image_id: 'a.jpg', record: 'face#000' },
      UpdateExpression: 'SET #status = :stranger',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':stranger': 'STRANGER' },
    }),
  );
}

test.each([
  ['CollectUnknown', { IndexFaces: 6, SearchFaces: 6 }],
  ['IndexUnknown', { SearchFaces: 6 }],
  ['CompareUnknown', {}],
  ['WriteGroups', {}],
])('interrupted in %s, it goes on when redriven, and pays for nothing twice', async (state, left) => {
  await anAlbum();
  let armed = true;
  account.setInterceptors({
    interceptInvoke: (invoke) => async (functionArn, payload, trace) => {
      const answer = await invoke(functionArn, payload, trace);
      if (!armed || stateOfFunction(account.stateMachine('group-unknown'), functionArn) !== state) return answer;
      armed = false;
      throw functionError('AnswerLost', 'the answer was lost');
    },
  });
  const executionArn = await startGrouping(account, `run-${++runs}`);
  await account.idle();
  countPaidCalls();
  await account.sfn.send(new RedriveExecutionCommand({ executionArn }));
  await account.idle();
  expect(await shown()).toMatchObject({ groups: [RED], suggestions: [GREEN] });
  expect(paid).toStrictEqual(left);
});

test('a face without its crop is left out', async () => {
  await anAlbum();
  const bucket = account.deployment.bucket;
  const crops = await account.s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: 'faces/' }));
  await account.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: crops.Versions![0]!.Key }));
  expect(await group()).toMatchObject({ faces: 5, refused: 0 });
});
