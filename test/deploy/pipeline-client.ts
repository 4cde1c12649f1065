import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { paginateListExecutions, SFNClient, type ExecutionListItem } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { setTimeout as sleep } from 'node:timers/promises';
import { clientConfig, type Endpoint } from '../../local/clients.ts';
import { type Deployment } from '../../schemas/deployment.ts';

type Json = Record<string, unknown>;

/** Uses a deployment of the pipeline, in AWS or embedded, through the SDK alone. */
export class PipelineClient {
  readonly url: string;
  readonly deployment: Deployment;
  readonly sfn: SFNClient;
  readonly #s3: S3Client;
  readonly #table: DynamoDBDocumentClient;

  constructor({ url, deployment, ...account }: Omit<Endpoint, 'region'> & { readonly deployment: Deployment }) {
    const client = clientConfig({ url, region: 'us-east-1', ...account });
    this.url = url;
    this.deployment = deployment;
    this.sfn = new SFNClient(client);
    this.#s3 = new S3Client({ ...client, forcePathStyle: true });
    this.#table = DynamoDBDocumentClient.from(new DynamoDBClient(client));
  }

  async upload(photos: Readonly<Record<string, Buffer>>): Promise<void> {
    for (const [Key, Body] of Object.entries(photos)) {
      await this.#s3.send(new PutObjectCommand({ Bucket: this.deployment.bucket, Key, Body }));
    }
  }

  /** Resolves when this many executions have started and all have ended. */
  async executionsEnded(count: number): Promise<ExecutionListItem[]> {
    for (let attempt = 0; attempt < 900 + 6 * count; attempt += 1) {
      const executions = await this.executions();
      const running = executions.some(({ status }) => status === 'RUNNING');
      if (executions.length >= count && !running) return executions;
      await sleep(500);
    }
    throw new Error(`Of ${count} executions ${(await this.executions()).length} have started, or some still run.`);
  }

  /** Resolves when the photo's row has this status: a failure is recorded a moment after its execution ended. */
  async rowHasStatus(imageId: string, status: string): Promise<void> {
    for (let attempt = 0; attempt < 60; attempt += 1) {
      const rows = await this.rows('results_table');
      if (rows.some((row) => row['image_id'] === imageId && row['status'] === status)) return;
      await sleep(500);
    }
    throw new Error(`${imageId} is not ${status}.`);
  }

  async executions(): Promise<ExecutionListItem[]> {
    const all: ExecutionListItem[] = [];
    for (const stateMachineArn of Object.values(this.deployment.machines)) {
      const pages = paginateListExecutions({ client: this.sfn }, { stateMachineArn });
      for await (const { executions = [] } of pages) all.push(...executions);
    }
    return all;
  }

  async keys(): Promise<string[]> {
    const { Contents = [] } = await this.#s3.send(new ListObjectsV2Command({ Bucket: this.deployment.bucket }));
    return Contents.map(({ Key = '' }) => Key);
  }

  async rows(table: 'results_table' | 'people_table'): Promise<Json[]> {
    const { Items = [] } = await this.#table.send(
      new ScanCommand({ TableName: this.deployment[table], ConsistentRead: true }),
    );
    return Items;
  }

  async processed(): Promise<Json[]> {
    const keys = (await this.keys()).filter((key) => key.startsWith('processed/'));
    return Promise.all(
      keys.map(async (Key) => {
        const { Body } = await this.#s3.send(new GetObjectCommand({ Bucket: this.deployment.bucket, Key }));
        return JSON.parse((await Body?.transformToString()) ?? '') as Json;
      }),
    );
  }

  /** All that users see, without ids and times, sorted. */
  async outcome(): Promise<Json> {
    const all = {
      results: await this.rows('results_table'),
      people: await this.rows('people_table'),
      processed: await this.processed(),
    };
    return Object.fromEntries(
      Object.entries(all).map(([name, list]) => [name, list.map((one) => masked(one) as Json).toSorted(byText)]),
    );
  }
}

/** Fields that differ between accounts or between runs. */
const DIFFERENT_IN_EACH_RUN = new Set([
  'bucket',
  'claimed_at',
  'crop_key',
  'day',
  'execution_arn',
  'face_id',
  'next_bulk',
  'next_interactive',
  'processed_at',
  'created_at',
  'sequencer',
  'timestamp',
  'version_id',
]);

function masked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value !== 'object' || value === null) {
    return typeof value === 'string' && value.startsWith('face#') && value.length > 20 ? 'face#<id>' : value;
  }
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    entries.map(([name, inner]) => [name, DIFFERENT_IN_EACH_RUN.has(name) ? '<masked>' : masked(inner)]),
  );
}

const byText = (a: Json, b: Json) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
