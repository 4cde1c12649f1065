import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { IndexFacesCommand } from '@aws-sdk/client-rekognition';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import sharp from 'sharp';
import { clientConfig } from '../../local/clients.ts';
import { emptyTable } from '../../recording/replay/table-rows.ts';
import { sha256 } from '../../recording/sha256.ts';
import { detectionKeyOf, personIdOf, searchKeyOf, sharedDetectionKeyOf } from '../../schemas/keys.ts';
import { machineArn } from '../../statemachines/registry.ts';
import { aboutLargest, startBatch } from '../support/decide.ts';
import { startGrouping } from '../support/group.ts';
import {
  enrolWithUser,
  forgetUnknown,
  keepUsers,
  makeOld,
  movePortrait,
  nameAndDraw,
  searchAgain,
  startForgetting,
  type Scenario,
} from '../support/scenarios.ts';
import type { TestAccount } from '../support/test-account.ts';
import {
  createCollection,
  deleteCollection,
  deleteObject,
  enrolledFace,
  forgetVersion,
  giveToUser,
  putJson,
  putTombstone,
  repeatLate,
  start,
  takeSlots,
  tellOfFailure,
  uploadAndStartUnversioned,
} from './unusual-actions.ts';

/** Calls that tasks make only in unusual circumstances, which the scenarios of test/support leave out. */
export const UNUSUAL_SCENARIOS: readonly Scenario<TestAccount>[] = [
  {
    name: 'a photo whose event has no version, as in an unversioned bucket',
    given: (account, { pair }) => account.upload('input/pair.webp', pair),
    when: (account, { solo }) => uploadAndStartUnversioned(account, 'input/solo.jpg', solo),
  },
  {
    name: 'an enrolment whose event has no version',
    when: (account, { robin }) => uploadAndStartUnversioned(account, 'enroll/robin.jpg', robin),
  },
  {
    name: 'a photo that was deleted',
    when: (account) => start(account, { key: 'input/gone.jpg', size: 1000, etag: 'e1' }),
  },
  {
    name: 'an enrolment that was deleted',
    when: (account) => start(account, { key: 'enroll/gone.jpg', size: 1000, etag: 'e1' }),
  },
  {
    name: 'an enrolment of a picture that has to be converted',
    when: async (account, { robin }) => account.upload('enroll/robin.webp', await sharp(robin).webp().toBuffer()),
  },
  {
    name: 'a face drawn in a photo without a version, which is then deleted, and another one drawn',
    given: (account, { solo }) => account.upload('input/solo.jpg', solo),
    when: async (account) => {
      await forgetVersion(account, 'solo.jpg');
      await nameAndDraw(account);
      await account.idle();
      await deleteObject(account, 'input/solo.jpg');
      await deleteObject(account, 'processed/solo.json');
      const named = await aboutLargest(account, 'solo.jpg', { kind: 'FACE' });
      const bounding_box = { left: 0.8, top: 0, width: 0.1, height: 0.1 };
      await startBatch(account, 'later', { decisions: [{ ...named, bounding_box }] });
    },
  },
  {
    name: 'a photo that is uploaded again after a face was drawn',
    given: async (account, { solo }) => {
      await account.upload('input/solo.jpg', solo);
      await account.idle();
      await nameAndDraw(account);
    },
    when: (account, { solo }) => account.upload('input/solo.jpg', solo),
  },
  {
    name: 'a batch of decisions that is gone',
    when: ({ sfn, deployment }) =>
      sfn.send(
        new StartExecutionCommand({
          stateMachineArn: machineArn(deployment, 'decide'),
          input: JSON.stringify({ bucket: deployment.bucket, batch: 'gone' }),
        }),
      ),
  },
  {
    name: 'a portrait that is gone from its place turns out to be of somebody else',
    given: (account, { robin }) => account.upload('enroll/Robin/1.jpg', robin),
    when: async (account) => {
      await deleteObject(account, 'enroll/Robin/1.jpg');
      await movePortrait(account);
    },
  },
  {
    name: 'a portrait without a version turns out to be of somebody else',
    given: (account, { robin }) => account.upload('enroll/Robin/1.jpg', robin),
    when: (account) => movePortrait(account, false),
  },
  {
    name: 'an unknown face that is elsewhere in its crop',
    given: (account, { solo }) => account.upload('input/solo.jpg', solo),
    when: async (account) => {
      await account.dynamoDb.send(
        new UpdateCommand({
          TableName: account.deployment.results_table,
          Key: { image_id: 'solo.jpg', record: 'face#000' },
          UpdateExpression: 'SET bounding_box = :elsewhere',
          ExpressionAttributeValues: { ':elsewhere': { left: 0, top: 0, width: 0.1, height: 0.1 } },
        }),
      );
      await startGrouping(account);
    },
  },
  {
    name: 'a grouping whose lists are gone',
    when: async ({ account, deployment }) => {
      const lambda = new LambdaClient(clientConfig(account));
      const FunctionName = deployment.functions['write-groups'];
      const Payload = JSON.stringify({ bucket: deployment.bucket, run: 'gone' });
      await lambda.send(new InvokeCommand({ FunctionName, Payload }));
    },
  },
  {
    name: 'people whom other software has enrolled are found in a photo, and in one of before',
    given: async (account, { solo }) => {
      await account.upload('input/before.jpg', solo);
      await account.idle();
      const { rekognition, deployment } = account;
      const Image = { Bytes: solo };
      await rekognition.send(
        new IndexFacesCommand({ CollectionId: deployment.collection, Image, ExternalImageId: 'Robin' }),
      );
    },
    when: async (account, { pair }) => {
      await account.upload('input/pair.webp', pair);
      await account.upload('enroll/Kim/1.webp', pair);
      await searchAgain(account);
    },
  },
  {
    name: 'a photo of the same bytes as another',
    given: (account, { solo }) => account.upload('input/first.jpg', solo),
    when: (account, { solo }) => account.upload('input/second.jpg', solo),
  },
  {
    name: 'an enrolment in which another face is clearer than the one that was checked',
    when: async (account, { robin }) => {
      const elsewhere = { BoundingBox: { Left: 0, Top: 0, Width: 0.2, Height: 0.2 }, Confidence: 99 };
      await putJson(account, sharedDetectionKeyOf(sha256(robin)), { faces: [elsewhere] });
      await account.upload('enroll/robin.jpg', robin);
    },
  },
  {
    name: 'an enrolment while the collection is missing',
    when: async (account, { robin }) => {
      await deleteCollection(account);
      await account.upload('enroll/robin.jpg', robin);
    },
    repair: createCollection,
  },
  {
    name: 'a failure of which a row with a result is told',
    given: (account, { solo }) => account.upload('input/solo.jpg', solo),
    when: (account) => tellOfFailure(account, 'recognition'),
  },
  {
    name: 'a failure of which the row of an enrolled portrait is told',
    given: (account, { robin }) => account.upload('enroll/robin.jpg', robin),
    when: (account) => tellOfFailure(account, 'enroll-face'),
  },
  {
    name: 'objects with the tag recognition=off',
    when: async (account, { solo }) => {
      for (const Key of ['input/off.jpg', 'enroll/off.jpg']) {
        const { deployment, s3 } = account;
        const put = { Bucket: deployment.bucket, Key, Body: solo, Tagging: 'recognition=off' };
        const { ETag = '' } = await s3.send(new PutObjectCommand(put));
        await account.idle();
        await start(account, { key: Key, size: solo.length, etag: ETag.replaceAll('"', '') });
      }
    },
  },
  {
    name: 'a photo of somebody who is being forgotten',
    given: (account, { robin }) => account.upload('enroll/Robin/1.jpg', robin),
    when: async (account, { pair }) => {
      await putTombstone(account, 'Robin');
      await account.upload('input/pair.webp', pair);
    },
  },
  {
    name: 'a portrait of somebody who is being forgotten',
    given: (account) => putTombstone(account, 'Robin'),
    when: (account, { robin }) => account.upload('enroll/Robin/1.jpg', robin),
  },
  {
    name: 'somebody who is being forgotten gets a user',
    given: async (account, { robin }) => {
      await account.upload('enroll/Robin/1.jpg', robin);
      await account.idle();
      await putTombstone(account, 'Robin');
    },
    when: keepUsers,
  },
  {
    name: 'a portrait again, of a person who has a user, when the removal of its face was interrupted',
    given: async (account, pictures) => {
      await enrolWithUser(account, pictures);
      const { face } = await enrolledFace(account);
      await account.dynamoDb.send(
        new UpdateCommand({
          TableName: account.deployment.people_table,
          Key: { person_id: face['person_id'], record: face['record'] },
          UpdateExpression: 'SET removing = face_id REMOVE held_by',
        }),
      );
    },
    when: (account, { robin }) => account.upload('enroll/Robin/1.jpg', robin),
  },
  {
    name: 'a failure of a portrait of somebody who is being forgotten',
    given: (account, { robin }) => account.upload('enroll/robin.jpg', robin),
    when: async (account) => {
      await emptyTable(account.dynamoDb, account.deployment.people_table, 'people');
      await putTombstone(account, 'Robin');
      await tellOfFailure(account, 'enroll-face');
    },
  },
  {
    name: 'a person who is forgotten with photos and dead letters',
    given: async (account, { robin, pair, solo }) => {
      await account.upload('input/solo.jpg', solo);
      await account.idle();
      await account.upload('enroll/Robin/1.jpg', robin);
      await account.idle();
      await account.upload('input/pair.webp', pair);
      await giveToUser(account, 'other-software');
      const message = `The face looks like ${personIdOf('Robin')}, who is enrolled.`;
      const refused = { person_id: personIdOf('Kim'), record: 'enrolment#1', status: 'REFUSED', message };
      const Item = { ...refused, timestamp: '2026-03-01T12:00:00.000Z' };
      await account.dynamoDb.send(new PutCommand({ TableName: account.deployment.people_table, Item }));
      const decision = { photo: 'a'.repeat(64), entry: '1', person_id: personIdOf('Robin'), timestamp: Item.timestamp };
      await account.dynamoDb.send(new PutCommand({ TableName: account.deployment.decisions_table, Item: decision }));
      for (const QueueUrl of Object.values(account.deployment.dead_letters)) {
        const MessageBody = JSON.stringify({ detail: { object: { key: 'enroll/Robin/2.jpg' } } });
        await account.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
        await account.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'about nobody' }));
      }
    },
    when: (account) => startForgetting(account, 'Robin', true),
  },
  {
    name: 'an unknown face is forgotten whose JSON is gone',
    given: async (account, { solo }) => {
      await account.upload('input/solo.jpg', solo);
      await account.idle();
      await makeOld(account);
      await deleteObject(account, 'processed/solo.json');
    },
    when: forgetUnknown,
  },
  {
    name: 'a face is named for somebody who is being forgotten',
    given: async (account, { solo }) => {
      await account.upload('input/solo.jpg', solo);
      await putTombstone(account, 'Ada');
    },
    when: nameAndDraw,
  },
  {
    name: 'somebody of whom it is verified that they are forgotten',
    given: (account) => putTombstone(account, 'Robin'),
    when: ({ sfn, deployment }) =>
      sfn.send(
        new StartExecutionCommand({
          stateMachineArn: machineArn(deployment, 'forget-person'),
          input: JSON.stringify({ verify: personIdOf('Robin') }),
        }),
      ),
  },
  {
    name: 'a photo whose bytes are known, while the slots of DetectFaces are taken for an hour',
    given: (account, { solo }) => account.upload('input/solo.jpg', solo),
    when: async (account, { solo }) => {
      await takeSlots(account);
      await account.upload('input/solo again.jpg', solo);
    },
  },
  {
    name: 'a photo whose calls come long after their slots',
    given: (account, { solo }) => account.upload('input/solo.jpg', solo),
    when: async (account, { solo }) => {
      const [photo] = account.uploads;
      const answers = [sharedDetectionKeyOf(sha256(solo)), detectionKeyOf(photo!.work), searchKeyOf(photo!.work, 0)];
      for (const answer of answers) await deleteObject(account, answer);
      await repeatLate(account);
    },
  },
  {
    name: 'a photo that is redriven when its work objects have expired',
    when: async (account, { solo }) => {
      await deleteCollection(account);
      await account.upload('input/solo.jpg', solo);
    },
    repair: async (account) => {
      await createCollection(account);
      const [photo] = account.uploads;
      await deleteObject(account, detectionKeyOf(photo!.work));
    },
  },
];
