import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { RekognitionClient } from '@aws-sdk/client-rekognition';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { awsJson } from '../../local/aws-json.ts';
import { clientConfig } from '../../local/clients.ts';
import { startDynamoDb } from '../../local/dynamodb/server.ts';
import { listen } from '../../local/http.ts';
import { startS3 } from '../../local/s3/server.ts';
import { openStore } from '../../local/store.ts';
import { synthesize } from '../../local/synthesis.ts';
import { readStack, type LocalStack } from '../../local/terraform.ts';
import { Config } from '../../schemas/config.ts';
import { Deployment } from '../../schemas/deployment.ts';
import { imageIdOf, personIdOf } from '../../schemas/keys.ts';
import { ratesOf, type PaidOperation } from '../../schemas/quotas.ts';
import { Meter } from '../../tasks/pacing/meter.ts';
import type { VirtualClock } from './clock.ts';
import { facesOfKey, rekognitionOperations } from './faces.ts';
import { withVirtualLatency } from './virtual-latency.ts';

const PERSON = personIdOf('John Doe');

/** The photo that is uploaded: its key says how many faces there are. */
export interface Upload {
  readonly key: string;
  readonly etag: string;
  readonly size: number;
  readonly version: string;
}

export type Services = Awaited<ReturnType<typeof startServices>>;

/** S3 and DynamoDB of the embedded account and a scripted Rekognition, whose answers take virtual time. */
export async function startServices(clock: VirtualClock) {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-response-'));
  const stack = await readStack(await synthesize(folder));
  const deployment = Deployment.parse(stack.outputs);
  const { region } = stack;
  const store = await openStore(join(folder, 'store'));
  const s3Service = await startS3({ store, folder: join(folder, 'blobs'), deliver: async () => {} });
  for (const bucket of stack.buckets) await s3Service.createBucket(bucket);
  const tables = await startDynamoDb({ folder: join(folder, 'tables') });
  for (const table of stack.tables) await tables.createTable(table);
  const servers = {
    s3: await listen(s3Service.handler),
    dynamoDb: await listen(tables.handler),
    rekognition: await listen(awsJson({ version: '1.1', operations: rekognitionOperations })),
  };
  const config = (service: keyof typeof servers) => clientConfig({ url: servers[service].url, region });
  const s3 = withVirtualLatency(new S3Client({ ...config('s3'), forcePathStyle: true }), clock);
  const dynamoDb = DynamoDBDocumentClient.from(withVirtualLatency(new DynamoDBClient(config('dynamoDb')), clock), {
    marshallOptions: { removeUndefinedValues: true },
  });
  const since = '2026-01-01T00:00:00Z';
  const person = {
    person_id: PERSON,
    record: 'person',
    name: 'John Doe',
    created_at: since,
    status: 'KNOWN',
    timestamp: since,
  };
  await dynamoDb.send(new PutCommand({ TableName: deployment.people_table, Item: person }));
  const photo = await aPhoto();
  return {
    ...settingsOf(stack),
    s3,
    dynamoDb,
    rekognition: withVirtualLatency(new RekognitionClient(config('rekognition')), clock),
    ...pacing(dynamoDb, deployment.results_table, clock),
    /** Paces paid calls as with other quotas, in calls per second. */
    paced: (quota: number) => pacing(dynamoDb, deployment.results_table, clock, quota),
    bucket: deployment.bucket,
    definition: definitionOf(stack),
    functions: new Map(stack.functions.map(({ arn, name }) => [arn, name])),
    /** Throws unless the photo is done, with all its faces. */
    check: async (key: string, faces: number): Promise<void> => {
      const image_id = imageIdOf(key);
      const Key = { image_id, record: 'photo' };
      const { Item } = await dynamoDb.send(new GetCommand({ TableName: deployment.results_table, Key }));
      if (Item?.['status'] === 'COMPLETED' && Item['face_count'] === faces) return;
      throw new Error(`${image_id} is ${Item?.['status']} with ${Item?.['face_count']} faces.`);
    },
    upload: async (name: string, faces: number): Promise<Upload> => {
      const key = `input/${name}-${facesOfKey.with(faces)}.jpg`;
      // Bytes of its own, or the detection of another photo would be reused. A JPEG may be followed by anything.
      const Body = Buffer.concat([photo, Buffer.from(key)]);
      const answer = await s3.send(new PutObjectCommand({ Bucket: deployment.bucket, Key: key, Body }));
      const { ETag = '', VersionId = '' } = answer;
      return { key, etag: ETag.replaceAll('"', ''), size: Body.length, version: VersionId };
    },
    close: async () => {
      await Promise.all(Object.values(servers).map((server) => server.close()));
      await s3Service.close();
      await tables.close();
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** As in a region with large quotas, unless they are given. The local stack has no quotas. */
function pacing(dynamoDb: DynamoDBDocumentClient, resultsTable: string, clock: VirtualClock, quota?: number) {
  const given = quota === undefined ? {} : { detectFacesPerSecond: quota, searchFacesPerSecond: quota };
  const rates = ratesOf(Config.parse({ region: 'us-east-1', ...given }));
  const now = () => new Date(clock.now());
  const meter = (operation: PaidOperation) =>
    new Meter({ dynamoDb, resultsTable, operation, rate: rates[operation], now });
  return { now, sleep: clock.sleep, detectMeter: meter('DetectFaces'), searchMeter: meter('SearchFacesByImage') };
}

/** What the functions read from their environment. */
function settingsOf({ functions }: LocalStack) {
  const env = Object.assign({}, ...functions.map((one) => one.env)) as Record<string, string>;
  return {
    resultsTable: env['RESULTS_TABLE']!,
    peopleTable: env['PEOPLE_TABLE']!,
    decisionsTable: env['DECISIONS_TABLE']!,
    allowTwins: env['ALLOW_TWINS'] === 'true',
    collectionId: env['COLLECTION_ID']!,
    threshold: Number(env['FACE_MATCH_THRESHOLD']),
    searchBy: 'faces' as const,
    recognitionOffPrefix: env['RECOGNITION_OFF_PREFIX']!,
    minPixels: Number(env['MIN_FACE_PIXELS']),
    pipelineVersion: env['PIPELINE_VERSION']!,
  };
}

function definitionOf({ stateMachines }: LocalStack): string {
  return stateMachines.find(({ name }) => name.endsWith('recognition'))!.definition;
}

/** Small, so that the real pixel work is quick. Its faces are large enough to be searched, also when there are 50. */
const aPhoto = () =>
  sharp({ create: { width: 960, height: 720, channels: 3, background: '#9a8' } })
    .jpeg()
    .toBuffer();
