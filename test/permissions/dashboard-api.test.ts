import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DeleteObjectsCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Intercept } from '../../local/calls.ts';
import { clientConfig } from '../../local/clients.ts';
import { captureRequestBody } from '../../recording/recorder.ts';
import { enrolmentRecordOf, personIdOf } from '../../schemas/keys.ts';
import { machineArn, machineOfKey } from '../../statemachines/registry.ts';
import { anUploadedObject, aPhotoRecord } from '../support/builders.ts';
import { CachingEngine } from '../support/caching-engine.ts';
import { makeSamplePictures } from '../support/sample-pictures.ts';
import { prepareStack, type PreparedStack } from '../support/stack.ts';
import { startTestAccount, type TestAccount } from '../support/test-account.ts';
import { anHttpEvent, claimsOf } from '../web/lambda/http-event.ts';
import { allows, grantsOf, lineOf, type Grant, type RequiredPermission } from './iam.ts';
import { observeCall, requiredPermissions, type ObservedCall } from './required-permissions.ts';

const ROLE = 'rollcall-dashboard-api';

/** Here nothing is undeliverable. */
const FOR_DEAD_LETTERS: Readonly<Record<string, string>> = {
  'sqs:ChangeMessageVisibility': 'a dead letter that was only read stays where it is',
  'sqs:DeleteMessage': 'a dead letter that was put back is removed',
};

let prepared: PreparedStack;
let engine: CachingEngine;
let account: TestAccount;
let grants: readonly Grant[];
let required: readonly RequiredPermission[];
const refused: unknown[] = [];

beforeAll(async () => {
  prepared = await prepareStack({ dashboard: true });
  engine = new CachingEngine(prepared.faces);
  grants = (await grantsOf(prepared.stack)).get(ROLE) ?? [];
  account = await startTestAccount({ stackFolder: prepared.stack, engine });
  required = (await observeAll()).flatMap(requiredPermissions);
}, 900_000);
afterAll(async () => {
  await account?.close();
  await engine?.close();
  await prepared?.remove();
});

interface PersonWithPortraits {
  readonly person_id: string;
  readonly portraits: readonly { readonly face_id: string | null }[];
}

type Ask = (method: string, path: string, body?: unknown) => Promise<Record<string, unknown>>;

/** Every call that the function makes, as it is bundled, and those that browsers make by its addresses. */
async function observeAll(): Promise<ObservedCall[]> {
  const calls: Promise<ObservedCall>[] = [];
  const intercept: Intercept = (call, serve) => (request, response) => {
    if (call.caller === ROLE) {
      const body = captureRequestBody(request);
      response.once('finish', () => calls.push(observeCall(call, request, body(), response.statusCode)));
    }
    serve(request, response);
  };
  account.setInterceptors({ intercept });
  const lambda = new LambdaClient(clientConfig(account.account));
  const claims = claimsOf('jane', 'admin');
  const ask: Ask = async (method, path, body) => {
    const event = anHttpEvent({ method, path: `/api${path}`, claims, body });
    const { Payload } = await lambda.send(new InvokeCommand({ FunctionName: ROLE, Payload: JSON.stringify(event) }));
    const answer = JSON.parse(Payload!.transformToString()) as { statusCode: number; body: string };
    // On a busy machine forgetting takes longer than a request may, and goes on.
    if (answer.statusCode >= 500 && answer.statusCode !== 504) refused.push([method, path, answer]);
    return JSON.parse(answer.body.startsWith('{') || answer.body.startsWith('[') ? answer.body : '{}') as Record<
      string,
      unknown
    >;
  };
  await useEverything(ask);
  return Promise.all(calls);
}

/** The address in the embedded account, which is not where the bucket's own host is. */
function here(address: unknown): string {
  const { pathname, search } = new URL(String(address));
  return `${account.account.url}/${account.deployment.bucket}${pathname}${search}`;
}

const encoded = encodeURIComponent;

async function useEverything(ask: Ask): Promise<void> {
  const { robin, pair, solo, broken } = await makeSamplePictures();
  const send = async (path: string, bytes: Buffer, name: string, more: object = {}) => {
    const files = [{ name, size: bytes.length, type: 'image/jpeg' }];
    const given = (await ask('POST', path, { ...more, files })) as unknown as {
      url: string;
      headers: Record<string, string>;
    }[] & {
      items?: { url: string; headers: Record<string, string> }[];
    };
    const [{ url, headers }] = (given.items ?? given) as [{ url: string; headers: Record<string, string> }];
    await fetch(here(url), { method: 'PUT', body: new Uint8Array(bytes), headers });
    await account.idle();
  };
  await send('/enrolments', robin, 'robin.jpg', { name: 'Robin' });
  await send('/uploads', solo, 'solo.jpg');
  await send('/uploads', pair, 'pair.webp');
  await send('/uploads', broken, 'broken.jpg');

  for (const path of ['/me', '/settings', '/photos', '/photos/days', '/statistics', '/enrolments', '/failures']) {
    await ask('GET', path);
  }
  for (const status of ['MATCHED', 'UNKNOWN']) await ask('GET', `/faces?status=${status}`);
  await ask('GET', '/photos?person=Robin&include=people');
  const photo = (await ask('GET', '/photos/pair.webp')) as { faces: { crop: string; index: number }[]; result: string };
  await fetch(here(photo.faces[0]?.crop));
  await fetch(here(photo.result));
  await ask('GET', '/results/pair.webp');
  for (const path of ['/pictures/pair.webp?size=480', '/pictures/pair.webp?size=480', '/crops/pair.webp/0']) {
    await ask('GET', path);
  }
  const { items: people } = (await ask('GET', '/people')) as { items: { person_id: string }[] };
  await ask('GET', `/people/${people[0]?.person_id}`);

  await ask('GET', '/unknown');
  await ask('POST', '/unknown');
  await account.idle();
  await ask('GET', '/unknown');
  await ask('GET', '/calibration');
  await ask('POST', '/calibration');

  const decisions = photo.faces.map(({ index }) => ({ kind: 'PERSON', image_id: 'pair.webp', index, name: 'Alex' }));
  const { batch } = await ask('POST', '/decisions', { decisions, enroll: true });
  await account.idle();
  await ask('GET', '/decisions?photo=pair.webp');
  await ask('GET', `/decisions?batch=${String(batch)}`);
  await ask('POST', '/calibration');
  await ask('POST', `/decisions/${String(batch)}/undo`);
  const { person_id: added } = await ask('POST', '/people', { name: 'Sam' });
  await ask('PATCH', `/people/${String(added)}`, { name: 'Sammy' });
  await ask('POST', `/people/${String(added)}/merge`, { into: 'Robin' });
  await ask('POST', `/people/${String(added)}/unmerge`);
  await ask('POST', '/people/Robin/split', { faces: [{ image_id: 'solo.jpg', index: 0 }], portraits: [], to: 'Sammy' });

  const late = { failure: 'LATE', failed_at: '2026-03-01T12:00:00.000Z' };
  // The first are redriven, the others started anew.
  for (const more of [late, { error: 'FacesMissing' }]) {
    await ask('POST', '/failures/redrive', { ids: await fail(more) });
    await account.idle();
  }
  for (const path of ['/dead-letters', '/collection', '/re-recognition', '/people/Robin/forget'])
    await ask('GET', path);
  await ask('GET', '/unknown-faces/forget?older_than_days=0');
  await ask('POST', '/re-recognition', {});
  await account.idle();
  await ask('PUT', '/people/Robin/threshold', { threshold: 90 });
  await showPortraits(ask, (await ask('GET', '/people/Robin')) as unknown as PersonWithPortraits);
  await ask('POST', '/collection');
  await account.idle();
  await ask('POST', '/unknown-faces/forget', { older_than_days: 36_500 });
  await ask('POST', '/people/Robin/forget', { photos: false });
  await ask('POST', '/forgotten', { who: 'Robin' });
  await account.idle();
  // No request starts this machine.
  const stateMachineArn = machineArn(account.deployment, 'keep-users');
  await account.sfn.send(new StartExecutionCommand({ stateMachineArn, input: '{"of": "no event"}' }));
  await account.idle();
  const { items: executions } = (await ask('GET', '/executions')) as { items: { execution_arn: string }[] };
  for (const { execution_arn: arn } of executions) {
    await ask('GET', `/executions/${encoded(arn)}`);
    await ask('GET', `/executions/${encoded(arn)}/history`);
    await ask('POST', `/executions/${encoded(arn)}/redrive`);
  }
  await ask('GET', `/executions/${encoded(executions.at(-1)!.execution_arn)}/case`);
  await loseFiles(ask, photo.faces.length);
}

/** From the API, which makes the copies, as long as the portraits are there. */
async function showPortraits(ask: Ask, { person_id, portraits }: PersonWithPortraits): Promise<void> {
  const show = async () => {
    for (const { face_id } of portraits) await ask('GET', `/portraits/${person_id}/${String(face_id)}`);
  };
  await show();
  await remove(/^enroll\/|\/scaled-/);
  await show();
}

async function remove(keys: RegExp): Promise<void> {
  const { s3, deployment } = account;
  const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: deployment.bucket }));
  const gone = Versions.filter(({ Key = '' }) => keys.test(Key));
  const Objects = gone.map(({ Key, VersionId }) => ({ Key, VersionId }));
  await s3.send(new DeleteObjectsCommand({ Bucket: deployment.bucket, Delete: { Objects } }));
}

/** A photo and an enrolment whose executions failed. Gives their ids. */
async function fail(more: object): Promise<string[]> {
  const { sfn, dynamoDb, deployment } = account;
  const failed = async (key: string) => {
    const stateMachineArn = machineArn(deployment, machineOfKey(key)!);
    const input = '{"of": "no event"}';
    const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input }));
    return { ...anUploadedObject({ key, execution_arn: executionArn! }), status: 'FAILED', ...more };
  };
  const put = (TableName: string, Item: object) => dynamoDb.send(new PutCommand({ TableName, Item }));
  const [photo, portrait] = [await failed('input/lost.jpg'), await failed('enroll/lost.jpg')];
  const own = { person_id: personIdOf('Lost'), record: enrolmentRecordOf(portrait.key), name: 'Lost' };
  await put(deployment.results_table, { ...aPhotoRecord(), ...photo, image_id: 'lost.jpg' });
  await put(deployment.people_table, { ...own, ...portrait, claimed_at: '2026-03-01T12:00:00.000Z' });
  await account.idle();
  return ['lost.jpg', portrait.key];
}

/** Asks for pictures and results whose files are gone: S3 says so only to who may list. */
async function loseFiles(ask: Ask, faces: number): Promise<void> {
  await remove(/^(?:input|faces|processed)\//);
  await ask('GET', '/pictures/pair.webp?size=240');
  for (let index = 0; index < faces; index += 1) await ask('GET', `/crops/pair.webp/${index}`);
  await ask('GET', '/photos/pair.webp');
}

test('every request is answered', () => {
  expect(refused).toStrictEqual([]);
});

const distinct = (lines: readonly string[]) => [...new Set(lines.map((one) => one.replaceAll(/[0-9a-f]{24}/g, '…')))];

test('the role allows what the API calls', () => {
  const lacking = required.filter((permission) => !grants.some((grant) => allows(grant, permission)));
  expect(distinct(lacking.map(lineOf))).toStrictEqual([]);
});

test('the role allows nothing that the API never calls', () => {
  const own = grants.filter(({ action }) => !/^(?:logs|xray):/.test(action) && !(action in FOR_DEAD_LETTERS));
  const unused = own.filter((grant) => !required.some((permission) => allows(grant, permission)));
  expect(distinct(unused.map(lineOf))).toStrictEqual([]);
});
