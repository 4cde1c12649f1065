import {
  DeleteUserCommand,
  ListFacesCommand,
  ListUsersCommand,
  type RekognitionClient,
} from '@aws-sdk/client-rekognition';
import { DeleteObjectsCommand, ListObjectVersionsCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { startReplayAccount, type ReplayAccount } from '../../recording/replay/replay-account.ts';
import { emptyTable } from '../../recording/replay/table-rows.ts';
import { workPrefixOf } from '../../schemas/keys.ts';
import { removeVectors } from '../../tasks/storage/vectors.ts';
import { stackFolder } from './stack.ts';

/** An embedded account for tests. Its clients are not intercepted as long as interceptors check the caller. */
export interface TestAccount extends ReplayAccount {
  /** What upload() has put since the last clear(), oldest first. */
  readonly uploads: UploadedObject[];
  /** Faults of the account itself: there must be none. */
  readonly problems: unknown[];
  upload(key: string, body: Buffer, metadata?: Record<string, string>): Promise<UploadedObject>;
  /** Empties bucket, tables and collection. */
  clear(): Promise<void>;
}

export interface UploadedObject {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  readonly version: string;
  /** `work/<object>/<version>/` */
  readonly work: string;
}

export type TestAccountOptions = Parameters<typeof startReplayAccount>[0];

/** Without an engine, interceptors answer for Rekognition. Without a stack folder, the stack is that of the test run. */
export async function startTestAccount(options: TestAccountOptions = {}): Promise<TestAccount> {
  const problems: unknown[] = [];
  const account = await startReplayAccount({
    report: (problem) => problems.push(problem),
    ...options,
    stackFolder: options.stackFolder ?? stackFolder(),
  });
  const { s3, dynamoDb, rekognition, deployment } = account;
  const uploads: UploadedObject[] = [];
  return {
    ...account,
    uploads,
    problems,
    upload: async (key, body, metadata) => {
      const uploaded = await uploadObject(s3, deployment.bucket, key, body, metadata);
      uploads.push(uploaded);
      return uploaded;
    },
    clear: async () => {
      uploads.length = 0;
      await emptyBucket(s3, deployment.bucket);
      await emptyTable(dynamoDb, deployment.results_table, 'results');
      await emptyTable(dynamoDb, deployment.people_table, 'people');
      await emptyTable(dynamoDb, deployment.decisions_table, 'decisions');
      await emptyCollection(rekognition, deployment.collection);
      await emptyCollection(rekognition, deployment.unknown_collection);
    },
  };
}

export async function uploadObject(
  s3: S3Client,
  bucket: string,
  key: string,
  body: Buffer,
  metadata?: Record<string, string>,
): Promise<UploadedObject> {
  const answer = await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, Metadata: metadata }));
  const etag = String(answer.ETag).replaceAll('"', '');
  const version = String(answer.VersionId);
  return { key, size: body.length, etag, version, work: workPrefixOf(key, etag, version) };
}

async function emptyBucket(s3: S3Client, Bucket: string): Promise<void> {
  const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
  const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
  if (Objects.length > 0) await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
}

async function emptyCollection(rekognition: RekognitionClient, CollectionId: string): Promise<void> {
  const { Faces = [] } = await rekognition.send(new ListFacesCommand({ CollectionId }));
  const FaceIds = Faces.flatMap(({ FaceId }) => FaceId ?? []);
  await removeVectors(rekognition, CollectionId, FaceIds);
  const { Users = [] } = await rekognition.send(new ListUsersCommand({ CollectionId }));
  for (const { UserId } of Users) await rekognition.send(new DeleteUserCommand({ CollectionId, UserId }));
}
