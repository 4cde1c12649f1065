import { CreateCollectionCommand, DeleteCollectionCommand } from '@aws-sdk/client-rekognition';
import { DescribeExecutionCommand, ListExecutionsCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { scanTable } from '../../recording/replay/table-rows.ts';
import { sha256 } from '../../recording/sha256.ts';
import type { NewDecision } from '../../schemas/decisions.ts';
import { ENROLMENT_METADATA, YES } from '../../schemas/enrolment-options.ts';
import { enrolmentRecordOf, facePortraitKeyOf, movedPortraitKeyOf, personIdOf } from '../../schemas/keys.ts';
import { EnrolmentRecord } from '../../schemas/records.ts';
import { machineArn } from '../../statemachines/registry.ts';
import { aboutLargest, entryOf, startBatch } from './decide.ts';
import { startGrouping } from './group.ts';
import type { SamplePictures } from './sample-pictures.ts';
import type { TestAccount } from './test-account.ts';

/** What scenarios need, so that they also run against an account in another process. */
export type ScenarioAccount = Pick<
  TestAccount,
  's3' | 'sfn' | 'sqs' | 'dynamoDb' | 'rekognition' | 'deployment' | 'uploads' | 'upload' | 'idle'
>;

export interface Scenario<Account extends ScenarioAccount = ScenarioAccount> {
  readonly name: string;
  /** Before any fault is injected. */
  readonly given?: (account: Account, pictures: SamplePictures) => Promise<unknown>;
  readonly when: (account: Account, pictures: SamplePictures) => Promise<unknown>;
  /** Whether the account is also killed while it runs: what `when` starts goes on by itself, and ends. */
  readonly chaos?: true;
  /** Whether a task asks again until others have ended, so that how often it calls differs from run to run. */
  readonly waits?: boolean;
  /** Called before the redrive, where the scenario fails even without an injected fault. */
  readonly repair?: (account: Account) => Promise<unknown>;
}

const enrol = (account: ScenarioAccount, { robin }: SamplePictures) => account.upload('enroll/Robin/1.jpg', robin);

/** Enrols Robin, who then has a user. */
export async function enrolWithUser(account: ScenarioAccount, pictures: SamplePictures): Promise<void> {
  await enrol(account, pictures);
  await account.idle();
  await keepUsers(account);
  await account.idle();
}

export const keepUsers = ({ sfn, deployment }: ScenarioAccount) =>
  sfn.send(
    new StartExecutionCommand({
      stateMachineArn: machineArn(deployment, 'keep-users'),
      input: JSON.stringify({ from: '', users: 0 }),
    }),
  );

/** Together they reach every end of the state machines, and so every call of every task. */
export const SCENARIOS: readonly Scenario[] = [
  { name: 'a person is enrolled', when: enrol },
  {
    name: 'a photo of two, one of them enrolled',
    given: enrol,
    when: (account, { pair }) => account.upload('input/a b+c%/pair.webp', pair),
  },
  { name: 'a photo before anyone is enrolled', when: (account, { solo }) => account.upload('input/solo.jpg', solo) },
  { name: 'a photo of nobody', when: (account, { nobody }) => account.upload('input/nobody.jpg', nobody) },
  {
    name: 'a new version with fewer faces',
    given: (account, { pair }) => account.upload('input/photo.jpg', pair),
    when: (account, { solo }) => account.upload('input/photo.jpg', solo),
  },
  {
    name: 'a new version that is broken',
    given: (account, { solo }) => account.upload('input/photo.jpg', solo),
    when: (account, { broken }) => account.upload('input/photo.jpg', broken),
  },
  {
    name: 'a newer portrait of a person who has a user',
    given: enrolWithUser,
    when: (account, { solo }) => account.upload('enroll/Robin/1.jpg', solo),
  },
  { name: 'an enrolment without a face', when: (account, { nobody }) => account.upload('enroll/robin.jpg', nobody) },
  {
    name: 'an enrolment of somebody who is enrolled under another name',
    given: enrol,
    when: (account, { robin }) => account.upload('enroll/Kim/1.jpg', robin),
  },
  {
    name: 'an enrolment of the larger of two people',
    when: (account, { pair }) => account.upload('enroll/Robin/pair.webp', pair, { [ENROLMENT_METADATA.largest]: YES }),
  },
  {
    name: 'a photo again, when it is done',
    given: (account, { solo }) => account.upload('input/solo.jpg', solo),
    when: (account) => startAgain(account, machineArn(account.deployment, 'recognition')),
  },
  {
    name: 'an enrolment again, when it is done',
    given: enrol,
    when: (account) => startAgain(account, machineArn(account.deployment, 'enroll-face')),
  },
  { name: 'a person who is enrolled gets a user', given: enrol, when: keepUsers, chaos: true },
  {
    name: 'a person is forgotten who has a user and is in a photo of two',
    given: async (account, pictures) => {
      await enrolWithUser(account, pictures);
      await account.upload('input/pair.webp', pictures.pair);
      await account.idle();
      await account.upload('input/pair.webp', pictures.solo);
    },
    when: (account) => startForgetting(account, 'Robin'),
    chaos: true,
  },
  {
    name: 'an unknown face of long ago is forgotten',
    given: async (account, { solo }) => {
      await account.upload('input/solo.jpg', solo);
      await account.idle();
      await makeOld(account);
    },
    when: forgetUnknown,
    chaos: true,
  },
  {
    name: 'a face is named, and one is drawn',
    given: (account, { solo }) => account.upload('input/solo.jpg', solo),
    when: nameAndDraw,
    chaos: true,
  },
  {
    name: 'a face is searched again when its person has been enrolled',
    given: async (account, pictures) => {
      await account.upload('input/solo.jpg', pictures.solo);
      await account.idle();
      await enrol(account, pictures);
    },
    when: (account) => searchAgain(account),
    chaos: true,
  },
  {
    name: 'a named face, of which a portrait was made, is a stranger',
    given: async (account, { solo }) => {
      await account.upload('input/solo.jpg', solo);
      await account.idle();
      await nameAndDraw(account);
      await account.idle();
      await account.upload(facePortraitKeyOf(ADA.person_id, sha256(solo), 0), solo);
      await account.idle();
      await keepUsers(account);
    },
    when: async (account) =>
      startBatch(account, 'second', { decisions: [await aboutLargest(account, 'solo.jpg', { kind: 'STRANGER' })] }),
    chaos: true,
  },
  {
    name: 'a drawn face is taken back, and a person merged',
    given: async (account, { solo }) => {
      await account.upload('input/solo.jpg', solo);
      await account.idle();
      await nameAndDraw(account);
    },
    when: (account, { solo }) => takeBackAndMerge(account, sha256(solo)),
    chaos: true,
  },
  {
    name: 'a portrait of a person who has a user turns out to be of somebody else',
    given: enrolWithUser,
    when: (account) => movePortrait(account),
    chaos: true,
    waits: true,
  },
  {
    name: 'unknown faces are grouped, when one of an earlier grouping was named',
    given: async (account, { solo, pair }) => {
      await groupAndName(account, solo);
      await account.upload('input/pair.webp', pair);
    },
    when: (account) => startGrouping(account, 'second'),
    chaos: true,
  },
  {
    name: 'a person is forgotten whose face was grouped before',
    given: (account, { solo }) => groupAndName(account, solo),
    when: (account) => startForgetting(account, ADA.name),
    chaos: true,
  },
  {
    name: 'a photo while the collection is missing',
    when: async (account, { solo }) => {
      await account.rekognition.send(new DeleteCollectionCommand({ CollectionId: account.deployment.collection }));
      await account.upload('input/solo.jpg', solo);
    },
    repair: (account) =>
      account.rekognition.send(new CreateCollectionCommand({ CollectionId: account.deployment.collection })),
  },
];

export async function startForgetting(
  { sfn, deployment }: ScenarioAccount,
  name: string,
  photos = false,
): Promise<void> {
  const input = JSON.stringify({ person_id: personIdOf(name), photos });
  await sfn.send(new StartExecutionCommand({ stateMachineArn: machineArn(deployment, 'forget-person'), input }));
}

/** As if every photo had been uploaded long ago. */
export async function makeOld({
  dynamoDb,
  deployment,
}: Pick<ScenarioAccount, 'dynamoDb' | 'deployment'>): Promise<void> {
  const TableName = deployment.results_table;
  for (const row of await scanTable(dynamoDb, TableName)) {
    if (row['record'] === 'meter') continue;
    await dynamoDb.send(new PutCommand({ TableName, Item: { ...row, timestamp: '2026-01-01T12:00:00.000Z' } }));
  }
}

export async function forgetUnknown({ sfn, deployment }: ScenarioAccount): Promise<void> {
  const input = JSON.stringify({ unknown_older_than_days: 30 });
  await sfn.send(new StartExecutionCommand({ stateMachineArn: machineArn(deployment, 'forget-person'), input }));
}

/** As a duplicate event does whose execution has another name. */
async function startAgain({ sfn }: ScenarioAccount, stateMachineArn: string): Promise<void> {
  const { executions: [latest] = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn, maxResults: 1 }));
  const { input } = await sfn.send(new DescribeExecutionCommand({ executionArn: latest?.executionArn }));
  await sfn.send(new StartExecutionCommand({ stateMachineArn, input }));
}

const ADA = { person_id: personIdOf('Ada'), name: 'Ada' };
const BEA = { person_id: personIdOf('Bea'), name: 'Bea' };

/** Names the face of solo.jpg and draws another. */
export async function nameAndDraw(account: ScenarioAccount): Promise<void> {
  const named = await aboutLargest(account, 'solo.jpg', { kind: 'PERSON', person_id: ADA.person_id });
  const bounding_box = { left: 0, top: 0, width: 0.1, height: 0.1 };
  const drawn: NewDecision = { ...named, kind: 'FACE', bounding_box };
  await startBatch(account, 'first', { people: [ADA], decisions: [named, drawn] });
}

/** Groups solo.jpg's face while it is unknown, then names it and draws another one, which is unknown. */
async function groupAndName(account: ScenarioAccount, solo: Buffer): Promise<void> {
  await account.upload('input/solo.jpg', solo);
  await account.idle();
  await startGrouping(account);
  await account.idle();
  await nameAndDraw(account);
  await account.idle();
}

async function takeBackAndMerge(account: ScenarioAccount, photo: string): Promise<void> {
  const undo = await aboutLargest(account, 'solo.jpg', { kind: 'UNDO', undoes: entryOf('first', 1), photo });
  const people = [BEA, { person_id: ADA.person_id, merged_into: BEA.person_id }];
  await startBatch(account, 'second', { people, decisions: [undo] });
}

/** Gives the only portrait of Robin to Ada. */
export async function movePortrait(account: ScenarioAccount, byVersion = true): Promise<void> {
  const [portrait] = account.uploads;
  const { key: from, version: version_id } = portrait!;
  const { Item } = await account.dynamoDb.send(
    new GetCommand({
      TableName: account.deployment.people_table,
      Key: { person_id: personIdOf('Robin'), record: enrolmentRecordOf(from) },
    }),
  );
  const { sequencer } = EnrolmentRecord.parse(Item);
  const to = movedPortraitKeyOf(ADA.person_id, from, 'first');
  const move = { person_id: personIdOf('Robin'), from, ...(byVersion && { version_id }), sequencer, to };
  await startBatch(account, 'first', { people: [ADA], portraits: [move] });
}

export const searchAgain = ({ sfn, deployment }: ScenarioAccount) =>
  sfn.send(
    new StartExecutionCommand({
      stateMachineArn: machineArn(deployment, 're-recognize'),
      input: JSON.stringify({
        bucket: deployment.bucket,
        batch: 'again',
        by: 'ada',
        timestamp: '2026-03-01T12:00:00.000Z',
        since: '2000-01-01T00:00:00Z',
        person_id: null,
        unknown_only: false,
      }),
    }),
  );
