import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { startDynamoDb } from '../../local/dynamodb/server.ts';
import { listen } from '../../local/http.ts';
import { startS3 } from '../../local/s3/server.ts';
import { openStore } from '../../local/store.ts';

export const BUCKET = 'photos';
export const UNVERSIONED = 'photos-unversioned';
export const NOW = '2026-03-01T12:00:00.000Z';
export const CLIENT = { region: 'us-east-1', credentials: { accessKeyId: 'any', secretAccessKey: 'any' } };

export type Row = Readonly<Record<string, unknown>>;
type Table = 'results' | 'people';

/** What the tasks work on: S3 and DynamoDB on loopback, over a folder of its own. */
export interface Estate {
  readonly s3: S3Client;
  readonly s3Url: string;
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly resultsTable: string;
  readonly peopleTable: string;
  readonly pipelineVersion: string;
  readonly clock: { now: Date };
  readonly now: () => Date;
  /** Puts an object and gives its version. */
  put(key: string, body: Buffer | string, bucket?: string): Promise<{ etag: string; versionId: string | undefined }>;
  get(key: string): Promise<Buffer>;
  json(key: string): Promise<unknown>;
  keys(prefix: string): Promise<string[]>;
  rows(table: Table): Promise<Row[]>;
  /** The rows of one partition. */
  rowsOf(table: Table, id: string): Promise<Row[]>;
  store(table: Table, row: Row): Promise<void>;
  /** A connection of its own, for a test that interferes with its calls. */
  anotherS3(): S3Client;
  anotherDynamoDb(): DynamoDBDocumentClient;
  close(): Promise<void>;
}

const NAMES = { results: 'FaceRecognitionResults', people: 'FaceRecognitionPeople' } as const;
const PARTITIONS = { results: 'image_id', people: 'person_id' } as const;

export async function anEstate(): Promise<Estate> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-tasks-'));
  const store = await openStore(join(folder, 'store'));
  const s3Service = await startS3({ store, folder: join(folder, 'blobs'), deliver: async () => {} });
  for (const name of [BUCKET, UNVERSIONED]) {
    await s3Service.createBucket({ name, versioning: name === BUCKET, eventBridge: false, expirations: [] });
  }
  const tables = await startDynamoDb({ folder: join(folder, 'tables') });
  await tables.createTable(definitionOf('results', ['person_id', 'status', 'day']));
  await tables.createTable(definitionOf('people', ['status']));
  const [s3Server, tableServer] = [await listen(s3Service.handler), await listen(tables.handler)];
  const clock = { now: new Date(NOW) };
  const anotherS3 = () => new S3Client({ ...CLIENT, endpoint: s3Server.url });
  const anotherDynamoDb = () =>
    DynamoDBDocumentClient.from(new DynamoDBClient({ ...CLIENT, endpoint: tableServer.url }), {
      marshallOptions: { removeUndefinedValues: true },
    });
  const [s3, dynamoDb] = [anotherS3(), anotherDynamoDb()];
  return {
    s3,
    s3Url: s3Server.url,
    dynamoDb,
    resultsTable: NAMES.results,
    peopleTable: NAMES.people,
    pipelineVersion: '1.2.3',
    clock,
    now: () => clock.now,
    ...objects(s3),
    ...items(dynamoDb),
    anotherS3,
    anotherDynamoDb,
    close: async () => {
      await Promise.all([s3Server.close(), tableServer.close()]);
      await s3Service.close();
      await tables.close();
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}

function definitionOf(table: Table, indexed: readonly string[]) {
  const index = (attribute: string) => ({
    IndexName: `by-${attribute}`,
    KeySchema: keys(attribute, 'timestamp'),
    Projection: { ProjectionType: 'ALL' },
  });
  const names = new Set([PARTITIONS[table], 'record', 'timestamp', ...indexed]);
  return {
    TableName: NAMES[table],
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [...names].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: keys(PARTITIONS[table], 'record'),
    GlobalSecondaryIndexes: indexed.map(index),
  };
}

const keys = (hash: string, range: string) => [
  { AttributeName: hash, KeyType: 'HASH' },
  { AttributeName: range, KeyType: 'RANGE' },
];

function objects(s3: S3Client): Pick<Estate, 'put' | 'get' | 'json' | 'keys'> {
  const get = async (key: string) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }));
    return Buffer.from(await Body!.transformToByteArray());
  };
  return {
    put: async (key, body, bucket = BUCKET) => {
      const { ETag, VersionId } = await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
      return { etag: ETag!.replaceAll('"', ''), versionId: VersionId };
    },
    get,
    json: async (key) => JSON.parse((await get(key)).toString()) as unknown,
    keys: async (prefix) => {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: prefix }));
      return Contents.map(({ Key }) => Key!);
    },
  };
}

function items(dynamoDb: DynamoDBDocumentClient): Pick<Estate, 'rows' | 'rowsOf' | 'store'> {
  const rows = async (name: Table) => {
    const { Items = [] } = await dynamoDb.send(new ScanCommand({ TableName: NAMES[name], ConsistentRead: true }));
    return Items.toSorted((a, b) => (String(a['record']) < String(b['record']) ? -1 : 1));
  };
  return {
    rows,
    rowsOf: async (name, id) => (await rows(name)).filter((row) => row[PARTITIONS[name]] === id),
    store: async (name, row) => void (await dynamoDb.send(new PutCommand({ TableName: NAMES[name], Item: row }))),
  };
}
