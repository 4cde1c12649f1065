import { IndexFacesCommand, ListFacesCommand } from '@aws-sdk/client-rekognition';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { accountTarget } from '../../../client/deployment/target.ts';
import { findPerson } from '../../../client/people/find-person.ts';
import { readHoldings } from '../../../client/people/holdings.ts';
import { importCollection, planImport } from '../../../client/people/import-collection.ts';
import { personIdOf, tombstoneIdOf } from '../../../schemas/keys.ts';
import { machineArn } from '../../../statemachines/registry.ts';
import { putRows } from '../../cli/rows.ts';
import { aPersonRecord, EVENT_TIME, JANE, JOHN } from '../../support/builders.ts';
import { aPhotoOf, colouredEngine, type Colour } from '../../support/coloured-faces.ts';
import { startTestAccount, type TestAccount } from '../../support/test-account.ts';

let account: TestAccount;
beforeAll(async () => {
  account = await startTestAccount({ engine: colouredEngine() });
}, 120_000);
afterAll(() => account.close());
beforeEach(() => account.clear());

const target = () => accountTarget(account.account);
const KIM = personIdOf('Kim');

/** What other software does. */
async function index(ExternalImageId: string | undefined, colour: Colour, shade = 0): Promise<void> {
  const Image = { Bytes: await aPhotoOf([colour], shade) };
  const CollectionId = account.deployment.collection;
  await account.rekognition.send(new IndexFacesCommand({ CollectionId, Image, ExternalImageId }));
}

async function found(image_id: string) {
  const { results_table: TableName } = account.deployment;
  const { Item } = await account.dynamoDb.send(new GetCommand({ TableName, Key: { image_id, record: 'face#000' } }));
  return [Item?.['status'], Item?.['person'], Item?.['candidate']];
}

async function upload(key: string, colour: Colour, shade: number): Promise<void> {
  await account.upload(key, await aPhotoOf([colour], shade));
  await account.idle();
}

test('people of an existing collection are found in photos once they are imported, and are forgotten like all', async () => {
  await index('john_doe', 'red');
  await index('John_Doe.jpg', 'red', 10);
  await upload('input/before.jpg', 'red', 20);
  expect(await found('before.jpg')).toStrictEqual(['UNKNOWN', undefined, undefined]);

  const plan = await planImport(target());
  expect(plan).toStrictEqual({
    externals: [
      { externalId: 'John_Doe.jpg', faces: 1, name: 'John Doe', person_id: JOHN },
      { externalId: 'john_doe', faces: 1, name: 'John Doe', person_id: JOHN },
    ],
    own: 0,
    nameless: 0,
  });
  expect([await importCollection(target(), plan), await importCollection(target(), plan)]).toStrictEqual([2, 2]);
  const { portraits } = await readHoldings(target(), await findPerson(target(), 'John Doe'));
  expect(portraits.map(({ external_id }) => external_id).toSorted()).toStrictEqual(['John_Doe.jpg', 'john_doe']);

  await upload('input/after.jpg', 'red', 30);
  expect(await found('after.jpg')).toStrictEqual(['MATCHED', 'John Doe', undefined]);

  await account.sfn.send(
    new StartExecutionCommand({
      stateMachineArn: machineArn(account.deployment, 'forget-person'),
      input: JSON.stringify({ person_id: JOHN, photos: false }),
    }),
  );
  await account.idle();
  const { Faces } = await account.rekognition.send(
    new ListFacesCommand({ CollectionId: account.deployment.collection }),
  );
  expect(Faces).toStrictEqual([]);
}, 120_000);

test('who cannot be imported is named with the reason', async () => {
  const tombstone = { person_id: tombstoneIdOf(KIM), record: 'tombstone', forgotten_at: EVENT_TIME };
  const [one, two] = [personIdOf('One'), personIdOf('Two')];
  await putRows(
    target(),
    'people',
    tombstone,
    aPersonRecord({ person_id: JANE, name: 'Jane' }),
    {
      person_id: personIdOf('Jenny'),
      record: 'alias',
      is: JANE,
      name: 'Jenny',
      status: 'ALIAS',
      timestamp: EVENT_TIME,
    },
    aPersonRecord({ person_id: one, name: 'Robin' }),
    aPersonRecord({ person_id: two, name: 'robin' }),
  );
  for (const [at, id] of [undefined, '___', 'Kim', 'Robin', 'jenny', JANE].entries()) await index(id, 'blue', at);
  expect(await planImport(target())).toStrictEqual({
    externals: [
      {
        externalId: 'Kim',
        faces: 1,
        name: 'Kim',
        problem: 'this person was forgotten; delete the faces from the collection',
      },
      { externalId: 'Robin', faces: 1, name: 'Robin', problem: '2 people have this name; rename all but one of them' },
      { externalId: '___', faces: 1, problem: 'it is no name' },
      { externalId: 'jenny', faces: 1, name: 'Jenny', person_id: personIdOf('Jenny'), counts_for: JANE },
    ],
    own: 1,
    nameless: 1,
  });
  await importCollection(target(), await planImport(target()));
  expect((await findPerson(target(), 'jenny')).person_id).toBe(JANE);
}, 60_000);
