import { PutObjectCommand } from '@aws-sdk/client-s3';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDashboardThread } from '../../../cli/dashboard/thread.ts';
import { accountTarget, type Target } from '../../../client/deployment/target.ts';
import { startAccount, type Account } from '../../../local/account.ts';
import type { Dashboard } from '../../../web/local/server.ts';
import { aFaceRecord, aPhotoRecord } from '../../support/builders.ts';
import { stackFolder } from '../../support/stack.ts';
import { putRows } from '../rows.ts';

let account: Account;
let target: Target;
let dashboard: Dashboard;
let folder: string;
const calls: string[] = [];
const faults: unknown[] = [];

const photo = aPhotoRecord();
const face = aFaceRecord();

const start = (given: Pick<Account, 'url' | 'credentials' | 'deployment' | 'reads'>, ports = [0]) =>
  startDashboardThread({ account: given, dataDir: folder, page: folder, ports, report: (fault) => faults.push(fault) });

const get = (path: string, { url, token } = dashboard) =>
  fetch(url + path, { headers: { authorization: `Bearer ${token}` } });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-thread-'));
  account = await startAccount({ dataDir: join(folder, 'data'), lazyEngine: true, stackFolder: stackFolder() });
  target = accountTarget(account);
  await writeFile(join(folder, 'index.html'), '<!doctype html>');
  await putRows(target, 'results', photo, face);
  await target.s3.send(
    new PutObjectCommand({ Bucket: account.deployment.bucket, Key: face.crop_key, Body: Buffer.from('a crop') }),
  );
  const { rows, executions, object } = account.reads!;
  const counted = {
    executions: (...given: Parameters<typeof executions>) => (calls.push(given[0]), executions(...given)),
    rows: (...given: Parameters<typeof rows>) => (calls.push(given[0]), rows(...given)),
    object: (...given: Parameters<typeof object>) => (calls.push(given[0]), object(...given)),
  };
  dashboard = await start({ ...account, reads: counted });
});
afterAll(async () => {
  await dashboard.close();
  await account.close();
  await rm(folder, { recursive: true });
});

test('answers from the account of the other thread, rows, executions and objects without HTTP', async () => {
  const crop = `/api/crops/${encodeURIComponent(photo.image_id)}/${face.face_index}`;
  const read = async (from: Dashboard) => {
    const { items } = (await (await get('/api/photos', from)).json()) as { items: { image_id: string }[] };
    const [page, found, bytes] = [await get('/', from), items.map(({ image_id }) => image_id), await get(crop, from)];
    const { items: none } = (await (await get('/api/executions', from)).json()) as { items: object[] };
    return [await page.text(), found, bytes.status, await bytes.text(), none];
  };
  const expected = ['<!doctype html>', [photo.image_id], 200, 'a crop', []];
  calls.length = 0;
  expect(await read(dashboard)).toStrictEqual(expected);
  expect(new Set(calls)).toStrictEqual(new Set(['Query', 'BatchGetItem', face.crop_key, 'ListExecutions']));

  const { url, credentials, deployment } = account;
  const overHttp = await start({ url, credentials, deployment });
  calls.length = 0;
  expect(await read(overHttp)).toStrictEqual(expected);
  expect(calls).toStrictEqual([]);
  await overHttp.close();
});

test('what is gone is told as it is over HTTP', async () => {
  const missing = aFaceRecord({ face_index: 7, record: 'face#007', crop_key: 'crops/nothing.jpg' });
  await putRows(target, 'results', missing);
  const answer = await get(`/api/crops/${encodeURIComponent(photo.image_id)}/7`);
  expect([answer.status, ((await answer.json()) as { detail: string }).detail]).toStrictEqual([
    404,
    `The picture of face 7 of ${photo.image_id} was deleted.`,
  ]);
  const cursor = Buffer.from(JSON.stringify({ at: { NO_FACES: { image_id: 'x' } } })).toString('base64url');
  expect((await get(`/api/photos?status=NO_FACES&cursor=${cursor}`)).status).toBe(400);
});

test('its faults are reported here', async () => {
  await putRows(target, 'results', { ...photo, image_id: 'broken.jpg', width: 'wide' } as never);
  expect((await get('/api/photos/broken.jpg')).status).toBe(500);
  expect(faults.map(String)).toStrictEqual([expect.stringContaining('The row broken.jpg photo does not fit')]);
});

test('nobody answers at its address once it is closed', async () => {
  const port = Number(new URL(dashboard.url).port);
  const second = await start(account, [port, 0]);
  expect((await get('/api/me', second)).status).toBe(200);
  await second.close();
  await expect(get('/api/me', second)).rejects.toThrow('fetch failed');
  await expect(start(account, [port])).rejects.toThrow(`None of the ports ${port} is free`);
});
