import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDashboard, type Dashboard } from '../../../web/local/server.ts';
import { anAccount, type CliAccount } from '../../cli/account.ts';
import { putRows } from '../../cli/rows.ts';
import { aPersonRecord } from '../../support/builders.ts';
import { sendRaw } from '../../support/raw-request.ts';

let account: CliAccount;
let dashboard: Dashboard;
let page: string;
const faults: unknown[] = [];

const start = (ports: readonly number[]) =>
  startDashboard({
    target: account.target,
    dataDir: account.dataDir,
    page,
    ports,
    caseOf: async () => ({}),
    report: (fault) => void faults.push(fault),
  });

beforeAll(async () => {
  account = await anAccount();
  page = await mkdtemp(join(tmpdir(), 'rollcall-page-'));
  await mkdir(join(page, 'assets'));
  await writeFile(join(page, 'index.html'), '<!doctype html><title>Rollcall</title>');
  await writeFile(join(page, 'assets', 'main-1.js'), 'export {};');
  dashboard = await start([0]);
});
afterAll(async () => {
  await dashboard.close();
  await account.close();
  await rm(page, { recursive: true });
});

const get = (path: string, headers: Record<string, string> = {}) => {
  const { host } = new URL(dashboard.url);
  return sendRaw(dashboard.url, { path, headers: { host, ...headers } });
};

const bearer = (token = dashboard.token) => ({ authorization: `Bearer ${token}` });

test('whoever has the token is an admin, and nobody else gets in', async () => {
  const me = await get('/api/me', bearer());
  const statuses = await Promise.all([
    get('/api/me'),
    get('/api/me', bearer('0'.repeat(48))),
    get('/api/me', { authorization: dashboard.token }),
    get(`/api/me?token=${dashboard.token}`),
    get('/api/me', { cookie: `token=${dashboard.token}` }),
    get('/api/openapi.json'),
  ]);
  expect([me.status, (JSON.parse(me.body) as { role: string }).role]).toStrictEqual([200, 'admin']);
  expect(statuses.map(({ status }) => status)).toStrictEqual([401, 401, 401, 401, 401, 401]);
});

test('pages of other sites and other host names are refused, whatever they send', async () => {
  const host = new URL(dashboard.url).host;
  const answers = await Promise.all([
    get('/api/me', { ...bearer(), host: 'rollcall.example' }),
    get('/api/me', { ...bearer(), host: '127.0.0.1' }),
    get('/api/me', { ...bearer(), origin: 'http://127.0.0.1:1' }),
    get('/api/me', { ...bearer(), origin: 'null' }),
    get('/', { 'sec-fetch-site': 'cross-site' }),
    get('/', { 'sec-fetch-site': 'same-site' }),
    get('/api/me', { ...bearer(), origin: `http://${host}`, 'sec-fetch-site': 'same-origin' }),
  ]);
  expect(answers.map(({ status }) => status)).toStrictEqual([403, 403, 403, 403, 403, 403, 200]);
});

test('every path that is no file is a place in the page, and nothing outside the folder is a file', async () => {
  const html = { status: 200, body: '<!doctype html><title>Rollcall</title>' };
  const missing = { status: 404, body: 'There is no such file, or the page is not built.' };
  const outside = [
    '/../../package.json',
    '/%2e%2e/%2e%2e/package.json',
    '/..%2f..%2fpackage.json',
    '/assets/..%2f..%2fpackage.json',
  ];
  const paths = ['/', '/people/p_1', '/photos/a%2Fb.png', '/%00', '/%ff', ...outside];
  const answers = await Promise.all(paths.map((path) => get(path)));
  expect(answers).toStrictEqual(paths.map((path) => (path.startsWith('/assets/') ? missing : html)));
  expect(await get('/assets/main-2.js')).toStrictEqual(missing);
  expect(await get('/assets/main-1.js')).toStrictEqual({ status: 200, body: 'export {};' });
});

test('the page may load nothing from elsewhere, run nothing inline, and be shown by no other page', async () => {
  const { headers } = await fetch(dashboard.url);
  const named = ['content-security-policy', 'x-frame-options', 'x-content-type-options', 'referrer-policy'];
  expect(named.map((name) => headers.get(name))).toStrictEqual([
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; manifest-src 'self'; " +
      "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    'DENY',
    'nosniff',
    'no-referrer',
  ]);
});

test('the next port is taken if one is not free, with a token of its own', async () => {
  const taken = Number(new URL(dashboard.url).port);
  const second = await start([taken, 0]);
  try {
    expect([second.url === dashboard.url, second.token === dashboard.token]).toStrictEqual([false, false]);
  } finally {
    await second.close();
  }
  expect(faults).toStrictEqual([]);
});

test('scaled copies of photos do not outlive the forgetting of a person', async () => {
  const copies = join(account.dataDir, 'pictures');
  await putRows(account.target, 'people', aPersonRecord());
  await mkdir(copies, { recursive: true });
  await writeFile(join(copies, 'a-copy'), 'pixels');
  const forget = await fetch(`${dashboard.url}/api/people/${aPersonRecord().person_id}/forget`, {
    method: 'POST',
    headers: { ...bearer(), 'content-type': 'application/json' },
    body: '{}',
  });
  expect([forget.status, forget.headers.get('clear-site-data'), existsSync(copies)]).toStrictEqual([
    200,
    '"cache"',
    false,
  ]);
});
