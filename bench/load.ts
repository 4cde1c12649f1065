// node bench/load.ts [--uploads N]
//
// Uploads N photos at once, then N more whose events are each delivered twice. All must end: none may be lost, no face
// may be stored twice, no call may be paid for twice. Prints figures, including the peak of resident memory; exits with
// 1 if a check fails.

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  paginateListExecutions,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startAccount } from '../local/account.ts';
import { FaceRecord, PhotoRecord } from '../schemas/records.ts';
import { machineArn } from '../statemachines/registry.ts';

const { values } = parseArgs({ options: { uploads: { type: 'string', default: '200' } } });
const uploads = Number(values.uploads);
const demo = path.join(
  path.dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')),
  'demo',
);
const photos = await Promise.all([1, 2, 3, 4, 5, 6].map((n) => readFile(path.join(demo, `sample${n}.jpg`))));

const dataDir = await mkdtemp(path.join(tmpdir(), 'rollcall-load-'));
const paid = { DetectFaces: 0, SearchFacesByImage: 0 };
const account = await startAccount({
  dataDir,
  intercept: ({ operation }, serve) => {
    if (operation in paid) paid[operation as keyof typeof paid] += 1;
    return serve;
  },
});
await account.ready;
const client = {
  endpoint: account.url,
  region: account.region,
  credentials: account.credentials,
};
const s3 = new S3Client({ ...client, forcePathStyle: true });
const sfn = new SFNClient(client);
const table = DynamoDBDocumentClient.from(new DynamoDBClient(client));
const { bucket, results_table: TableName } = account.deployment;
const stateMachineArn = machineArn(account.deployment, 'recognition');

let peak = 0;
const watch = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage().rss);
}, 100);

let good = await run('once', async () => {});
const twice = new Set<string>();
good = (await run('twice', repeatEvents)) && good;
clearInterval(watch);
console.log(`peak of resident memory: ${(peak / 1e6).toFixed(0)} MB`);
await account.close();
await rm(dataDir, { recursive: true });
process.exit(good ? 0 : 1);

async function run(name: string, meanwhile: () => Promise<void>): Promise<boolean> {
  const start = performance.now();
  Object.assign(paid, { DetectFaces: 0, SearchFacesByImage: 0 });
  const ids = Array.from({ length: uploads }, (_, index) => `${name}-${index}.jpg`);
  await Promise.all(
    ids.map((id, index) =>
      s3.send(new PutObjectCommand({ Bucket: bucket, Key: `input/${id}`, Body: photos[index % 6]! })),
    ),
  );
  const uploaded = performance.now();
  await meanwhile();
  await account.idle();
  const rows = await Promise.all(ids.map(rowsOf));
  const ended = rows.filter(({ photo }) => photo?.status === 'COMPLETED').length;
  const faces = rows.reduce((sum, { faces: found }) => sum + found.length, 0);
  const whole = rows.filter(({ photo, faces: found }) => photo?.face_count === found.length).length;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(
    `events delivered ${name}: ${uploads} uploads in ${((uploaded - start) / 1000).toFixed(1)} s, ${ended} completed after ${seconds} s, ` +
      `${uploads - whole} with faces missing or doubled, ${faces} faces; ` +
      `paid calls: ${paid.DetectFaces} DetectFaces, ${paid.SearchFacesByImage} SearchFacesByImage`,
  );
  return ended === uploads && whole === uploads && paid.DetectFaces === uploads && paid.SearchFacesByImage <= faces;
}

async function rowsOf(id: string): Promise<{ photo?: PhotoRecord; faces: FaceRecord[] }> {
  const found: { photo?: PhotoRecord; faces: FaceRecord[] } = { faces: [] };
  const query = {
    TableName,
    KeyConditionExpression: 'image_id = :id',
    ExpressionAttributeValues: { ':id': id },
    ConsistentRead: true,
  };
  for await (const { Items = [] } of paginateQuery({ client: table }, query)) {
    for (const item of Items) {
      if (item['record'] === 'photo') found.photo = PhotoRecord.parse(item);
      else found.faces.push(FaceRecord.parse(item));
    }
  }
  return found;
}

/** Starts each execution of this round again with the same input, as a second delivery of its event would. */
async function repeatEvents(): Promise<void> {
  while (twice.size < uploads) {
    for await (const { executions = [] } of paginateListExecutions({ client: sfn }, { stateMachineArn })) {
      const fresh = executions.filter(({ executionArn = '' }) => !twice.has(executionArn));
      await Promise.all(fresh.map(({ executionArn = '' }) => repeat(executionArn)));
    }
    await sleep(100);
  }
}

async function repeat(executionArn: string): Promise<void> {
  const { input = '', name = '' } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
  if (!input.includes('input/twice-') || name.endsWith('-again')) return;
  twice.add(executionArn);
  await sfn.send(new StartExecutionCommand({ stateMachineArn, input, name: `${name.slice(0, 64)}-again` }));
}
