import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientConfig } from '../../local/clients.ts';
import { startDynamoDb } from '../../local/dynamodb/server.ts';
import { listen } from '../../local/http.ts';
import { startS3 } from '../../local/s3/server.ts';
import { openStore } from '../../local/store.ts';
import { readStack } from '../../local/terraform.ts';
import { Deployment } from '../../schemas/deployment.ts';
import { TABLES, type TableName } from '../../schemas/tables.ts';
import type { ReservationsOrLate } from '../../tasks/pacing/meter.ts';
import { stackFolder } from './stack.ts';

export const BUCKET = 'photos';
export const UNVERSIONED = 'photos-unversioned';
export const NOW = '2026-03-01T12:00:00.000Z';
/** NOW, as a slot. */
export const SLOT = Date.parse(NOW);
export const REGION = 'us-east-1';

const IDLE: ReservationsOrLate = {
  reserve: async (calls) => Array.from({ length: calls }, () => SLOT),
  admitLate: async () => true,
};

export type Row = Readonly<Record<string, unknown>>;

/** What the tasks work on: S3 and DynamoDB on loopback, over a folder of their own. */
export interface TaskServices {
  readonly s3: S3Client;
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly resultsTable: string;
  readonly peopleTable: string;
  readonly decisionsTable: string;
  readonly allowTwins: boolean;
  readonly recognitionOffPrefix: string;
  readonly pipelineVersion: string;
  readonly clock: { now: Date };
  readonly now: () => Date;
  /** Moves the clock on. */
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Meters that are always idle: every slot is at NOW. */
  readonly detectMeter: ReservationsOrLate;
  readonly searchMeter: ReservationsOrLate;
  readonly indexMeter: ReservationsOrLate;
  /** Puts an object and gives its version. */
  putObject(
    key: string,
    body: Buffer | string,
    bucket?: string,
  ): Promise<{ etag: string; versionId: string | undefined }>;
  getObject(key: string): Promise<Buffer>;
  getJson(key: string): Promise<unknown>;
  listKeys(prefix: string): Promise<string[]>;
  allRows(table: TableName): Promise<Row[]>;
  /** The rows of one partition. */
  rowsOf(table: TableName, id: string): Promise<Row[]>;
  putRow(table: TableName, row: Row): Promise<void>;
  /** Another client, for a test that interferes with its calls. */
  anotherS3(): S3Client;
  anotherDynamoDb(): DynamoDBDocumentClient;
  close(): Promise<void>;
}

export async function startTaskServices(): Promise<TaskServices> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-tasks-'));
  const store = await openStore(join(folder, 'store'));
  const s3Service = await startS3({ store, folder: join(folder, 'blobs'), deliver: async () => {} });
  for (const name of [BUCKET, UNVERSIONED]) {
    await s3Service.createBucket({ name, versioning: name === BUCKET, eventBridge: false, expirations: [] });
  }
  const stack = await readStack(stackFolder());
  const tables = await startDynamoDb({ folder: join(folder, 'tables') });
  for (const table of stack.tables) await tables.createTable(table);
  const {
    results_table: resultsTable,
    people_table: peopleTable,
    decisions_table: decisionsTable,
  } = Deployment.parse(stack.outputs);
  const [s3Server, tableServer] = [await listen(s3Service.handler), await listen(tables.handler)];
  const clock = { now: new Date(NOW) };
  const anotherS3 = () => new S3Client(clientConfig({ url: s3Server.url, region: REGION }));
  const anotherDynamoDb = () =>
    DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig({ url: tableServer.url, region: REGION })), {
      marshallOptions: { removeUndefinedValues: true },
    });
  const [s3, dynamoDb] = [anotherS3(), anotherDynamoDb()];
  return {
    s3,
    dynamoDb,
    resultsTable,
    peopleTable,
    decisionsTable,
    allowTwins: false,
    recognitionOffPrefix: 'recognition=off/',
    pipelineVersion: '1.2.3',
    clock,
    now: () => clock.now,
    sleep: async (milliseconds) => void (clock.now = new Date(clock.now.getTime() + milliseconds)),
    detectMeter: IDLE,
    searchMeter: IDLE,
    indexMeter: IDLE,
    ...objects(s3),
    ...items(dynamoDb, { results: resultsTable, people: peopleTable, decisions: decisionsTable }),
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

function objects(s3: S3Client): Pick<TaskServices, 'putObject' | 'getObject' | 'getJson' | 'listKeys'> {
  const getObject = async (key: string) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }));
    return Buffer.from(await Body!.transformToByteArray());
  };
  return {
    putObject: async (key, body, bucket = BUCKET) => {
      const { ETag, VersionId } = await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
      return { etag: ETag!.replaceAll('"', ''), versionId: VersionId };
    },
    getObject,
    getJson: async (key) => JSON.parse((await getObject(key)).toString()) as unknown,
    listKeys: async (prefix) => {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: prefix }));
      return Contents.map(({ Key }) => Key!);
    },
  };
}

function items(
  dynamoDb: DynamoDBDocumentClient,
  names: Readonly<Record<TableName, string>>,
): Pick<TaskServices, 'allRows' | 'rowsOf' | 'putRow'> {
  const allRows = async (table: TableName) => {
    const { Items = [] } = await dynamoDb.send(new ScanCommand({ TableName: names[table], ConsistentRead: true }));
    return Items.toSorted((a, b) => (String(a['record']) < String(b['record']) ? -1 : 1));
  };
  return {
    allRows,
    rowsOf: async (table, id) => (await allRows(table)).filter((row) => row[TABLES[table].hashKey] === id),
    putRow: async (table, row) => void (await dynamoDb.send(new PutCommand({ TableName: names[table], Item: row }))),
  };
}
