import { handle, type APIGatewayProxyResult, type LambdaContext } from 'hono/aws-lambda';
import { gunzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { buildCase } from '../../../recording/build-case.ts';
import { ROLES } from '../../../schemas/dashboard.ts';
import type { ApiServices } from '../../../web/api/context.ts';
import { CopiesInBucket } from '../../../web/api/pictures/copies-in-bucket.ts';
import { Pictures } from '../../../web/api/pictures/pictures.ts';
import { BucketSigner } from '../../../web/api/signing/bucket-signer.ts';
import { withAskedPath } from '../../../web/lambda/event-path.ts';
import { createSite } from '../../../web/lambda/site.ts';
import { aJpeg } from '../../support/pictures.ts';
import { anApi } from '../api/an-api.ts';
import { readDocument, type Operation } from '../api/document.ts';
import { anHttpEvent, claimsOf } from './http-event.ts';

const local = await anApi();
afterAll(() => local.account.close());
const { target } = local.account;
const { endpoint, credentials, region } = target.connection;
const faults: unknown[] = [];
const now = () => new Date();

const services: Omit<ApiServices, 'identify'> = {
  target,
  signer: new BucketSigner({
    bucketUrl: `${endpoint}/${target.deployment.bucket}`,
    region,
    credentials: credentials!,
    now,
  }),
  pictures: new Pictures(target, new CopiesInBucket(target)),
  now,
  caseOf: (executionArn) => buildCase(target.sfn, executionArn),
  onForgotten: async () => undefined,
  report: (fault) => void faults.push(fault),
};
const answer = handle(createSite(services));

type Asked = Parameters<typeof anHttpEvent>[0];
const ask = (asked: Asked): Promise<APIGatewayProxyResult> =>
  answer(withAskedPath(anHttpEvent(asked)), {} as LambdaContext);
const bodyOf = ({ body }: APIGatewayProxyResult) => JSON.parse(body) as Record<string, unknown>;
const asViewer = (path: string) => ask({ path, claims: claimsOf('jane', 'viewer') });

const { operations } = await readDocument(local);
const CALLERS = ['nobody', 'somebody in no group', ...ROLES] as const;
type Caller = (typeof CALLERS)[number];

const claimsOfCaller = (caller: Caller) => {
  if (caller === 'nobody') return undefined;
  return caller === 'somebody in no group' ? claimsOf('jane', 'gardeners') : claimsOf('jane', caller);
};

const rankOf = (role: string) => ROLES.findIndex((one) => one === role);

function expected({ role }: Operation, caller: Caller) {
  if (caller === 'nobody') return 'not signed in';
  return rankOf(caller) >= rankOf(role) ? 'let through' : 'not allowed';
}

const cases = operations.flatMap((operation) => CALLERS.map((caller) => ({ operation, caller })));

test.each(cases.map((one) => ({ ...one, name: `${one.operation.method} ${one.operation.path} by ${one.caller}` })))(
  '$name',
  async ({ operation, caller }) => {
    const { method, path, body } = operation;
    // Nothing there has such a name, so a request that is let through changes nothing.
    const { statusCode } = await ask({
      method,
      path: path.replaceAll(/\{[^}]*\}/g, 'nothing'),
      claims: claimsOfCaller(caller),
      ...(body && { body: {} }),
    });
    const verdict = statusCode === 401 ? 'not signed in' : statusCode === 403 ? 'not allowed' : 'let through';
    expect([verdict, faults]).toStrictEqual([expected(operation, caller), []]);
  },
);

test('every route has been asked by nobody, by somebody in no group, and in each role', () => {
  expect([cases.length, operations.length > 35]).toStrictEqual([5 * operations.length, true]);
});

test('the highest of the groups counts, and the user is known by name', async () => {
  const me = await ask({ path: '/api/me', claims: claimsOf('jane', 'viewer', 'admin', 'gardeners') });
  expect(bodyOf(me)).toStrictEqual({ role: 'admin', name: 'jane' });
  const listed = { ...claimsOf('jane'), 'cognito:groups': ['editor'] };
  expect(bodyOf(await ask({ path: '/api/me', claims: listed }))).toStrictEqual({ role: 'editor', name: 'jane' });
});

test('whoever is in no group is told what to do', async () => {
  const { statusCode, body } = await ask({ path: '/api/me', claims: claimsOf('jane') });
  expect([statusCode, (JSON.parse(body) as { detail: string }).detail]).toStrictEqual([
    403,
    'jane is in none of the groups viewer, editor, admin. Whoever deployed Rollcall can change that.',
  ]);
});

test('an identity token, and a group that only begins as one, give no role', async () => {
  const identity = { ...claimsOf('jane', 'admin'), token_use: 'id' };
  const statuses = [identity, claimsOf('jane', 'administrators'), {}].map(async (claims) => {
    const { statusCode } = await ask({ path: '/api/me', claims });
    return statusCode;
  });
  expect(await Promise.all(statuses)).toStrictEqual([401, 403, 401]);
});

test('no signature of an address replaces the token', async () => {
  const signed = await local.ask('/api/people');
  expect(signed.status).toBe(200);
  const { statusCode } = await ask({ path: `/api/pictures/a.jpg?size=480&signature=${'0'.repeat(40)}` });
  expect(statusCode).toBe(401);
});

test('a photo whose name is full of slashes and signs is found, and its pictures are those of the bucket', async () => {
  const name = 'party/a b+c 100%?#&=.jpg';
  await local.account.upload(`input/${name}`, await aJpeg(640, 480));
  await local.account.idle();
  const path = `/api/photos/${encodeURIComponent(name)}`;
  const shown = await asViewer(path);
  const photo = bodyOf(shown) as { image_id: string; thumbnail: string };
  expect([shown.statusCode, photo.image_id]).toStrictEqual([200, name]);

  const missing = await fetch(photo.thumbnail);
  const made = await asViewer(`/api/pictures/${encodeURIComponent(name)}?size=480`);
  const kept = await fetch(photo.thumbnail);
  expect([missing.status, made.statusCode, made.isBase64Encoded, kept.status]).toStrictEqual([404, 200, true, 200]);
  expect(Buffer.from(await kept.arrayBuffer()).equals(Buffer.from(made.body, 'base64'))).toBe(true);
  expect([kept.headers.get('content-type'), kept.headers.get('cache-control')]).toStrictEqual([
    'image/jpeg',
    'private, max-age=600',
  ]);
});

test('who asks the API itself finds what has no slash in its name', async () => {
  const direct = (path: string) => ask({ path, claims: claimsOf('jane', 'viewer'), viaCloudFront: false });
  const problems = await Promise.all(['/api/photos/no%20such%23one', '/api/photos/no%2Fsuch'].map(direct));
  expect(
    problems.map(({ statusCode, body }) => [statusCode, (JSON.parse(body) as { detail: string }).detail]),
  ).toStrictEqual([
    [404, 'There is no photo no such#one.'],
    [404, 'The API has no such path. /api/openapi.json lists them all.'],
  ]);
});

test('a file is sent to the bucket itself, with exactly what was agreed on', async () => {
  const bytes = await aJpeg(200, 200);
  const files = [{ name: 'new/photo.jpg', size: bytes.length, type: 'image/jpeg' }];
  const given = await ask({
    method: 'POST',
    path: '/api/uploads',
    claims: claimsOf('jane', 'editor'),
    body: { files },
  });
  const [upload] = JSON.parse(given.body) as { url: string; headers: Record<string, string> }[];
  expect(upload?.url.startsWith(`${endpoint}/${target.deployment.bucket}/input/new/photo.jpg?`)).toBe(true);
  const sent = await fetch(upload!.url, { method: 'PUT', body: new Uint8Array(bytes), headers: upload!.headers });
  await local.account.idle();
  const photo = bodyOf(await asViewer(`/api/photos/${encodeURIComponent('new/photo.jpg')}`));
  expect([sent.status, photo['image_id'], photo['size']]).toStrictEqual([200, 'new/photo.jpg', bytes.length]);
});

test('a long answer is compressed for whoever can read it', async () => {
  const event = { path: '/api/openapi.json', claims: claimsOf('jane', 'viewer') };
  const [plain, zipped] = [await ask(event), await ask({ ...event, headers: { 'accept-encoding': 'gzip, br' } })];
  const { headers = {} } = zipped as { headers?: Record<string, string> };
  expect([headers['content-encoding'], zipped.isBase64Encoded]).toStrictEqual(['gzip', true]);
  expect(gunzipSync(Buffer.from(zipped.body, 'base64')).toString()).toBe(plain.body);
  expect(zipped.body.length).toBeLessThan(plain.body.length / 2);
});

test('what takes longer than a request may is said to go on', async () => {
  const { body: listed } = await local.ask('/api/executions?machine=recognition&limit=1');
  const [{ execution_arn } = { execution_arn: '' }] = (listed as { items: { execution_arn: string }[] }).items;
  const forever = handle(createSite({ ...services, caseOf: () => new Promise(() => undefined) }, 100));
  const event = {
    path: `/api/executions/${encodeURIComponent(execution_arn)}/case`,
    claims: claimsOf('jane', 'viewer'),
  };
  const { statusCode, body } = await forever(withAskedPath(anHttpEvent(event)), {} as LambdaContext);
  expect([statusCode, (JSON.parse(body) as { detail: string }).detail]).toStrictEqual([
    504,
    'It takes longer than a request may, and goes on by itself. Look again in a minute.',
  ]);
});
