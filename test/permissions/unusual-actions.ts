import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  AssociateFacesCommand,
  CreateCollectionCommand,
  CreateUserCommand,
  DeleteCollectionCommand,
} from '@aws-sdk/client-rekognition';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { clientConfig } from '../../local/clients.ts';
import { scanTable } from '../../recording/replay/table-rows.ts';
import { sha256 } from '../../recording/sha256.ts';
import { personIdOf, sharedDetectionKeyOf, tombstoneIdOf } from '../../schemas/keys.ts';
import { machineArn, machineOfKey } from '../../statemachines/registry.ts';
import { meterKey } from '../../tasks/pacing/meter.ts';
import type { TestAccount, UploadedObject } from '../support/test-account.ts';

export const deleteCollection = ({ rekognition, deployment }: TestAccount) =>
  rekognition.send(new DeleteCollectionCommand({ CollectionId: deployment.collection }));
export const createCollection = ({ rekognition, deployment }: TestAccount) =>
  rekognition.send(new CreateCollectionCommand({ CollectionId: deployment.collection }));
export const deleteObject = ({ s3, deployment }: TestAccount, Key: string) =>
  s3.send(new DeleteObjectCommand({ Bucket: deployment.bucket, Key }));
export const putJson = ({ s3, deployment }: TestAccount, Key: string, content: object) =>
  s3.send(new PutObjectCommand({ Bucket: deployment.bucket, Key, Body: JSON.stringify(content) }));

/** As the row of a photo in an unversioned bucket. */
export const forgetVersion = ({ dynamoDb, deployment }: TestAccount, image_id: string) =>
  dynamoDb.send(
    new UpdateCommand({
      TableName: deployment.results_table,
      Key: { image_id, record: 'photo' },
      UpdateExpression: 'REMOVE version_id',
    }),
  );

export const takeSlots = ({ dynamoDb, deployment }: TestAccount) =>
  dynamoDb.send(
    new PutCommand({
      TableName: deployment.results_table,
      Item: { ...meterKey('DetectFaces'), next_interactive: Date.now() + 3_600_000 },
    }),
  );

/** As forgetting leaves it while it is under way. */
export const putTombstone = ({ dynamoDb, deployment }: TestAccount, name: string) =>
  dynamoDb.send(
    new PutCommand({
      TableName: deployment.people_table,
      Item: {
        person_id: tombstoneIdOf(personIdOf(name)),
        record: 'tombstone',
        forgotten_at: '2026-03-01T12:00:00.000Z',
      },
    }),
  );

export async function enrolledFace({ dynamoDb, deployment }: TestAccount) {
  const rows = await scanTable(dynamoDb, deployment.people_table);
  const face = rows.find(({ record }) => String(record).startsWith('face#'))!;
  return { face, face_id: String(face['face_id']) };
}

export async function giveToUser(account: TestAccount, UserId: string): Promise<void> {
  const { face_id } = await enrolledFace(account);
  const user = { CollectionId: account.deployment.collection, UserId };
  await account.rekognition.send(new CreateUserCommand(user));
  await account.rekognition.send(new AssociateFacesCommand({ ...user, FaceIds: [face_id] }));
}

/** As a delayed event does. */
export async function tellOfFailure({ account, sfn, deployment }: TestAccount, machine: string): Promise<void> {
  const stateMachineArn = machineArn(deployment, machine);
  const { executions: [latest] = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn, maxResults: 1 }));
  const { executionArn, input } = await sfn.send(new DescribeExecutionCommand({ executionArn: latest?.executionArn }));
  const detail = { executionArn, stateMachineArn, status: 'FAILED', input };
  const lambda = new LambdaClient(clientConfig(account));
  await lambda.send(
    new InvokeCommand({
      FunctionName: deployment.functions['record-failure'],
      Payload: JSON.stringify({ time: '2099-01-01T00:00:00Z', detail }),
    }),
  );
}

/** Invokes the paid functions of the latest photo as its execution did, but for slots of long ago. */
export async function repeatLate({ account, sfn, deployment }: TestAccount): Promise<void> {
  const stateMachineArn = machineArn(deployment, 'recognition');
  const { executions: [latest] = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn, maxResults: 1 }));
  const history = new GetExecutionHistoryCommand({ executionArn: latest?.executionArn });
  const { events = [] } = await sfn.send(history);
  const lambda = new LambdaClient(clientConfig(account));
  for (const task of ['detect-faces', 'search-face'] as const) {
    const FunctionName = deployment.functions[task];
    const scheduled = events.map((event) => event.lambdaFunctionScheduledEventDetails);
    const { input = '' } = scheduled.find((details) => details?.resource === FunctionName) ?? {};
    const Payload = input.replaceAll(/"(detect_at|search_at)":[\d.]+/g, '"$1":1');
    await lambda.send(new InvokeCommand({ FunctionName, Payload }));
  }
}

/** Uploads an object, and starts a second execution with an event without a version, which detects anew. */
export async function uploadAndStartUnversioned(account: TestAccount, key: string, body: Buffer): Promise<void> {
  const { size, etag } = await account.upload(key, body);
  await account.idle();
  await deleteObject(account, sharedDetectionKeyOf(sha256(body)));
  await start(account, { key, size, etag });
}

export async function start(
  { sfn, deployment }: TestAccount,
  object: Pick<UploadedObject, 'key' | 'size' | 'etag'>,
): Promise<void> {
  const detail = { bucket: { name: deployment.bucket }, object: { ...object, sequencer: 'F'.repeat(40) } };
  await sfn.send(
    new StartExecutionCommand({
      stateMachineArn: machineArn(deployment, machineOfKey(object.key) ?? ''),
      input: JSON.stringify({ time: '2099-01-01T00:00:00Z', detail }),
    }),
  );
}
