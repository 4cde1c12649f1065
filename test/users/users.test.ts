import { ListFacesCommand, ListUsersCommand, SearchUsersCommand } from '@aws-sdk/client-rekognition';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { scanTable } from '../../recording/replay/table-rows.ts';
import { personIdOf } from '../../schemas/keys.ts';
import { FaceRecord } from '../../schemas/records.ts';
import { machineArn } from '../../statemachines/registry.ts';
import { aPhotoOf, colouredEngine } from '../support/coloured-faces.ts';
import { startForgetting } from '../support/scenarios.ts';
import { prepareStack, type PreparedStack } from '../support/stack.ts';
import { startTestAccount, type TestAccount } from '../support/test-account.ts';

const ROBIN = personIdOf('Robin');
const KIM = personIdOf('Kim');

let prepared: PreparedStack;
/** Where users are searched, and where faces are, as by default. */
let account: TestAccount;
let byFaces: TestAccount;
beforeAll(async () => {
  prepared = await prepareStack({ searchBy: 'users' });
  account = await startTestAccount({ stackFolder: prepared.stack, engine: colouredEngine() });
  byFaces = await startTestAccount({ engine: colouredEngine() });
}, 120_000);
afterAll(async () => {
  await account.close();
  await byFaces.close();
  await prepared.remove();
});
beforeEach(async () => {
  await account.clear();
  await byFaces.clear();
});

async function upload(key: string, body: Buffer, to = account): Promise<void> {
  await to.upload(key, body);
  await to.idle();
}

const usersOf = async ({ rekognition, deployment }: TestAccount) =>
  (await rekognition.send(new ListUsersCommand({ CollectionId: deployment.collection }))).Users;

const facesOf = async ({ rekognition, deployment }: TestAccount) => {
  const { Faces = [] } = await rekognition.send(new ListFacesCommand({ CollectionId: deployment.collection }));
  return Faces.map(({ ExternalImageId, UserId }) => ({ ExternalImageId, UserId }));
};

/** The faces of a photo, without ids and times. */
async function namesIn(image_id: string) {
  const rows = await scanTable(account.dynamoDb, account.deployment.results_table);
  const faces = rows.filter((row) => row['image_id'] === image_id && String(row['record']).startsWith('face#'));
  return faces.map((row) => {
    const { face_id, status, reason, person, similarity, runner_up } = FaceRecord.parse(row);
    return { face_id, status, reason, person, similarity, runner_up };
  });
}

const run = ({ sfn, deployment }: TestAccount, machine: string, input: object) =>
  sfn.send(
    new StartExecutionCommand({ stateMachineArn: machineArn(deployment, machine), input: JSON.stringify(input) }),
  );

test('each person who is enrolled has a user of all their faces, and a photo is compared with users', async () => {
  await upload('enroll/Robin/1.jpg', await aPhotoOf(['red']));
  await upload('enroll/Robin/2.jpg', await aPhotoOf(['red'], 20));
  await upload('enroll/Kim/1.jpg', await aPhotoOf(['blue']));
  expect(await usersOf(account)).toStrictEqual(
    [KIM, ROBIN].toSorted().map((UserId) => ({ UserId, UserStatus: 'ACTIVE' })),
  );
  expect((await facesOf(account)).toSorted((a, b) => (a.UserId! < b.UserId! ? -1 : 1))).toStrictEqual(
    [KIM, ROBIN, ROBIN].toSorted().map((id) => ({ ExternalImageId: id, UserId: id })),
  );
  await upload('input/robin.jpg', await aPhotoOf(['red'], 40));
  const [face, ...others] = await namesIn('robin.jpg');
  expect(others).toStrictEqual([]);
  expect(face).toStrictEqual({
    face_id: undefined,
    status: 'MATCHED',
    reason: 'SIMILARITY_ABOVE_THRESHOLD',
    person: 'Robin',
    similarity: expect.closeTo(100, 0),
    runner_up: { person_id: KIM, similarity: expect.any(Number) },
  });
});

test('a newer portrait replaces the face of the user', async () => {
  await upload('enroll/Robin/1.jpg', await aPhotoOf(['red']));
  await upload('enroll/Robin/1.jpg', await aPhotoOf(['blue']));
  expect(await facesOf(account)).toStrictEqual([{ ExternalImageId: ROBIN, UserId: ROBIN }]);
  await upload('input/blue.jpg', await aPhotoOf(['blue'], 40));
  await upload('input/red.jpg', await aPhotoOf(['red'], 40));
  expect((await namesIn('blue.jpg')).map(({ person }) => person)).toStrictEqual(['Robin']);
  expect((await namesIn('red.jpg')).map(({ person }) => person)).toStrictEqual([undefined]);
});

test('who is forgotten has no user any more, and nobody else loses theirs', async () => {
  await upload('enroll/Robin/1.jpg', await aPhotoOf(['red']));
  await upload('enroll/Kim/1.jpg', await aPhotoOf(['blue']));
  await startForgetting(account, 'Robin');
  await account.idle();
  expect(await usersOf(account)).toStrictEqual([{ UserId: KIM, UserStatus: 'ACTIVE' }]);
  expect(await facesOf(account)).toStrictEqual([{ ExternalImageId: KIM, UserId: KIM }]);
});

test('where nobody has a user, a photo says that nobody is enrolled', async () => {
  await upload('input/red.jpg', await aPhotoOf(['red']));
  expect((await namesIn('red.jpg')).map(({ reason }) => reason)).toStrictEqual(['COLLECTION_EMPTY']);
});

test('whoever was enrolled while faces were searched gets a user by keep-users, which can be repeated', async () => {
  await upload('enroll/Robin/1.jpg', await aPhotoOf(['red']), byFaces);
  await upload('enroll/Robin/2.jpg', await aPhotoOf(['red'], 20), byFaces);
  expect(await usersOf(byFaces)).toStrictEqual([]);
  for (const _ of ['once', 'again']) {
    await run(byFaces, 'keep-users', { from: '', users: 0 });
    await byFaces.idle();
  }
  expect(await usersOf(byFaces)).toStrictEqual([{ UserId: ROBIN, UserStatus: 'ACTIVE' }]);
  expect(await facesOf(byFaces)).toStrictEqual([
    { ExternalImageId: ROBIN, UserId: ROBIN },
    { ExternalImageId: ROBIN, UserId: ROBIN },
  ]);
  const { rekognition, deployment } = byFaces;
  const alike = await rekognition.send(new SearchUsersCommand({ CollectionId: deployment.collection, UserId: ROBIN }));
  expect(alike.UserMatches).toStrictEqual([]);
});

test('every face that nobody decided on is searched again, unless only unknown ones are wanted', async () => {
  await upload('enroll/Robin/1.jpg', await aPhotoOf(['red']));
  await upload('input/red.jpg', await aPhotoOf(['red'], 40));
  await upload('input/blue.jpg', await aPhotoOf(['blue'], 40));
  // From here on, Kim is more alike to the first photo than Robin.
  await upload('enroll/Robin/1.jpg', await aPhotoOf(['green']));
  await upload('enroll/Kim/1.jpg', await aPhotoOf(['red']));
  await upload('enroll/Lou/1.jpg', await aPhotoOf(['blue']));
  const again = { bucket: account.deployment.bucket, by: 'ada', timestamp: '2026-03-01T12:00:00.000Z' };
  const everybody = { since: '2000-01-01T00:00:00Z', person_id: null };
  await run(account, 're-recognize', { ...again, ...everybody, batch: 'first', unknown_only: true });
  await account.idle();
  const people = async () =>
    [...(await namesIn('red.jpg')), ...(await namesIn('blue.jpg'))].map(({ person }) => person);
  expect(await people()).toStrictEqual(['Robin', 'Lou']);
  await run(account, 're-recognize', { ...again, ...everybody, batch: 'second', unknown_only: false });
  await account.idle();
  expect(await people()).toStrictEqual(['Kim', 'Lou']);
});
