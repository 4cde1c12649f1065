import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteFacesCommand, ListFacesCommand, RekognitionClient } from '@aws-sdk/client-rekognition';
import { DeleteObjectsCommand, ListObjectVersionsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { BatchWriteCommand, DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { startAccount, type Account, type AccountOptions } from '../../local/account.ts';
import type { FaceEngine } from '../../local/rekognition/engine/types.ts';
import { workPrefixOf } from '../../schemas/keys.ts';
import { Injector } from './injector.ts';
import type { PreparedStack } from '../support/stack.ts';

/** An embedded account with an injector in it, and clients of its own that nothing is injected into. */
export interface FaultAccount {
  readonly account: Account;
  readonly injector: Injector;
  readonly s3: S3Client;
  readonly table: DynamoDBDocumentClient;
  readonly rekognition: RekognitionClient;
  readonly sfn: SFNClient;
  readonly sqs: SQSClient;
  /** What was uploaded since the last clear(), oldest first. */
  readonly uploads: Upload[];
  /** Faults of the account itself: there must be none. */
  readonly problems: unknown[];
  upload(key: string, body: Buffer): Promise<Upload>;
  /** Empties bucket, tables and collection. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

export interface Upload {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  readonly version: string;
  /** `work/<object>/<version>/` */
  readonly work: string;
}

/** `listeners` stand before all that the injector does. */
export async function startFaultAccount(
  { root, stack }: PreparedStack,
  engine: FaceEngine,
  listeners: Pick<AccountOptions, 'intercept' | 'interceptInvoke'> = {},
): Promise<FaultAccount> {
  const injector = new Injector((functionName) => account.crash(functionName));
  const problems: unknown[] = [];
  const dataDir = join(root, `account-${randomUUID()}`);
  const account: Account = await startAccount({
    dataDir,
    stackFolder: stack,
    engine,
    hurry: true,
    ...listeners,
    intercept: (call, serve) => {
      const injected = injector.intercept(call, serve);
      return listeners.intercept?.(call, injected) ?? injected;
    },
    report: (problem) => problems.push(problem),
  });
  const clients = clientsOf(account);
  const uploads: Upload[] = [];
  return {
    account,
    injector,
    ...clients,
    uploads,
    problems,
    upload: async (key, body) => {
      const upload = await uploadObject(clients.s3, account.deployment.bucket, key, body);
      uploads.push(upload);
      return upload;
    },
    clear: async () => {
      uploads.length = 0;
      await emptyBucket(clients.s3, account.deployment.bucket);
      await emptyTable(clients.table, account.deployment.results_table, ['image_id', 'record']);
      await emptyTable(clients.table, account.deployment.people_table, ['person_id', 'record']);
      await emptyCollection(clients.rekognition, account.deployment.collection);
    },
    close: async () => {
      await account.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export function clientsOf({ url, region }: { readonly url: string; readonly region: string }) {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const options = { endpoint: url, region, credentials };
  const table = DynamoDBDocumentClient.from(new DynamoDBClient(options));
  const [rekognition, sfn, sqs] = [new RekognitionClient(options), new SFNClient(options), new SQSClient(options)];
  return { s3: new S3Client({ ...options, forcePathStyle: true }), table, rekognition, sfn, sqs };
}

export async function uploadObject(s3: S3Client, bucket: string, key: string, body: Buffer): Promise<Upload> {
  const answer = await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
  const etag = String(answer.ETag).replaceAll('"', '');
  const version = String(answer.VersionId);
  return { key, size: body.length, etag, version, work: workPrefixOf(key, etag, version) };
}

async function emptyBucket(s3: S3Client, Bucket: string): Promise<void> {
  const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
  const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
  if (Objects.length > 0) await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
}

export async function emptyTable(table: DynamoDBDocumentClient, name: string, key: readonly string[]): Promise<void> {
  for (const item of await rowsOf(table, name)) {
    const Key = Object.fromEntries(key.map((attribute) => [attribute, item[attribute]]));
    await table.send(new BatchWriteCommand({ RequestItems: { [name]: [{ DeleteRequest: { Key } }] } }));
  }
}

async function emptyCollection(rekognition: RekognitionClient, CollectionId: string): Promise<void> {
  const { Faces = [] } = await rekognition.send(new ListFacesCommand({ CollectionId }));
  const FaceIds = Faces.flatMap(({ FaceId }) => FaceId ?? []);
  if (FaceIds.length > 0) await rekognition.send(new DeleteFacesCommand({ CollectionId, FaceIds }));
}

export async function rowsOf(table: DynamoDBDocumentClient, name: string): Promise<Record<string, unknown>[]> {
  const { Items = [], LastEvaluatedKey } = await table.send(new ScanCommand({ TableName: name, ConsistentRead: true }));
  if (LastEvaluatedKey) throw new Error(`${name} has more than a page of rows.`);
  return Items;
}
