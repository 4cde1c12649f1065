import { PutObjectCommand } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DESCRIPTOR_LENGTH, type FaceEngine } from '../../local/rekognition/engine/types.ts';
import type { NewDecision } from '../../schemas/decisions.ts';
import { personIdOf } from '../../schemas/keys.ts';
import type { FaceRecord } from '../../schemas/records.ts';
import { machineArn } from '../../statemachines/registry.ts';
import { aFaceRecord, aPhotoRecord } from '../support/builders.ts';
import { CLEAR } from '../support/coloured-faces.ts';
import { startBatch } from '../support/decide.ts';
import { readGroups, startGrouping } from '../support/group.ts';
import { startTestAccount, type TestAccount } from '../support/test-account.ts';

/** `UNKNOWN_FACES=10000` tests as many as one run of each machine has to bear. That takes ten minutes. */
const FACES = Number(process.env['UNKNOWN_FACES'] ?? 150);
/** Of each person. The engine can tell 100 people apart. */
const EACH = Math.max(50, FACES / 100);
const PEOPLE = FACES / EACH;
const MINUTE = 60_000;

/** A picture of one colour shows the face of one person. */
const colourOf = (person: number) => ({ r: 20 * (person % 10), g: 20 * Math.floor(person / 10), b: 0 });

const crowd = (): FaceEngine => ({
  ready: Promise.resolve(),
  close: async () => {},
  analyze: async ({ picture }) => {
    const { data } = await sharp(picture).raw().toBuffer({ resolveWithObject: true });
    const descriptor = new Float32Array(DESCRIPTOR_LENGTH);
    descriptor[data[0]! / 20 + data[1]! / 2] = 0.41;
    const box = { left: 0.2, top: 0.2, width: 0.6, height: 0.6 };
    return { faces: [{ ...CLEAR, box, descriptor }], width: 80, height: 80 };
  },
});

let account: TestAccount;
const faces: FaceRecord[] = [];
beforeAll(async () => {
  account = await startTestAccount({ engine: crowd() });
  await makeFaces();
}, 10 * MINUTE);
afterAll(() => account.close());

/** Processed photos with one unknown face each, as far as groupings and decisions look at them. */
async function makeFaces(): Promise<void> {
  const { s3, dynamoDb, deployment } = account;
  for (let start = 0; start < FACES; start += 12) {
    const some = Array.from({ length: Math.min(12, FACES - start) }, (_, at) => start + at);
    const rows = some.flatMap((number) => rowsOf(number));
    const PutRequests = rows.map((Item) => ({ PutRequest: { Item } }));
    await dynamoDb.send(new BatchWriteCommand({ RequestItems: { [deployment.results_table]: PutRequests } }));
    await Promise.all(
      some.map(async (number) => {
        const { crop_key: Key } = faces[number]!;
        const Body = await sharp({
          create: { width: 80, height: 80, channels: 3, background: colourOf(number % PEOPLE) },
        })
          .png()
          .toBuffer();
        await s3.send(new PutObjectCommand({ Bucket: deployment.bucket, Key, Body }));
      }),
    );
  }
}

function rowsOf(number: number): object[] {
  const image_id = `${number}.jpg`;
  const sha256 = createHash('sha256').update(image_id).digest('hex');
  const face = aFaceRecord({ image_id, crop_key: `faces/${sha256.slice(0, 24)}/one/000.jpg`, bounding_box: BOX });
  faces[number] = face;
  const size = { width: 640, height: 480 };
  const outcome = { processed_at: face.timestamp, processed_key: `processed/${number}.json`, face_count: 1 };
  const { bucket } = account.deployment;
  const key = `input/${image_id}`;
  return [face, { ...aPhotoRecord({ image_id, key, bucket, status: 'COMPLETED', sha256, ...size, ...outcome }) }];
}

const BOX = { left: 0.25, top: 0.25, width: 0.5, height: 0.5 };

async function statusOfAll(machine: string): Promise<unknown[]> {
  const stateMachineArn = machineArn(account.deployment, machine);
  const { executions = [] } = await account.sfn.send(new ListExecutionsCommand({ stateMachineArn }));
  return Promise.all(
    executions.map(async ({ executionArn }) => {
      const { status, error } = await account.sfn.send(new DescribeExecutionCommand({ executionArn }));
      return [status, error];
    }),
  );
}

test(
  'many faces are grouped in one run, within every limit of its state machine',
  { timeout: 40 * MINUTE },
  async () => {
    await startGrouping(account);
    await account.idle();
    expect(await statusOfAll('group-unknown')).toStrictEqual([['SUCCEEDED', undefined]]);
    const { groups, refused } = await readGroups(account);
    expect([groups.flatMap((group) => group.faces).length, refused]).toStrictEqual([FACES, 0]);
    expect(new Set(groups.map((group) => group.faces.length))).toStrictEqual(new Set([EACH]));
  },
);

test('and named at once', { timeout: 40 * MINUTE }, async () => {
  const person_id = personIdOf('Ada');
  const decisions = faces.map(({ image_id, etag, bounding_box }): NewDecision => ({
    kind: 'PERSON',
    image_id,
    etag,
    bounding_box,
    person_id,
    source: 'manual',
  }));
  await startBatch(account, 'all', { people: [{ person_id, name: 'Ada' }], decisions });
  await account.idle();
  expect(await statusOfAll('decide')).toStrictEqual([['SUCCEEDED', undefined]]);
  await startGrouping(account, 'second');
  await account.idle();
  expect(await readGroups(account)).toMatchObject({ faces: 0, groups: [], suggestions: [] });
});
