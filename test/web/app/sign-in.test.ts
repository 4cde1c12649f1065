import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { aJpeg } from '../../support/pictures.ts';
import { aDeployedPage, type DeployedPage } from './a-deployed-page.ts';
import { startBrowser } from './browser.ts';

let site: DeployedPage;
let browser: Browser;
let context: BrowserContext;

beforeAll(async () => {
  site = await aDeployedPage();
  browser = await startBrowser();
  await site.account.upload('input/party/a b+c 100%.jpg', await aJpeg(640, 480, { r: 200, g: 80, b: 20 }));
  await site.account.idle();
}, 240_000);
afterAll(async () => {
  await browser?.close();
  await site?.close();
});
beforeEach(async () => {
  await context?.close();
  context = await browser.newContext();
  site.asked.length = 0;
  site.groups = ['editor'];
  site.validFor = 3600;
});

async function open(path: string): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  page.on('pageerror', (error) => site.faults.push(error));
  await page.goto(`${site.url}${path}`);
  return page;
}

const endpoints = () => site.asked.map(({ endpoint }) => endpoint);

test('whoever comes signs in by code and PKCE, and goes on where they wanted to be', async () => {
  const page = await open('/executions?status=FAILED');
  await page.getByRole('heading', { name: 'Executions', exact: true }).waitFor();
  expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe('/executions?status=FAILED');
  const [authorize, token] = site.asked;
  expect(endpoints()).toStrictEqual(['authorize', 'token']);
  expect(authorize?.query).toMatchObject({
    response_type: 'code',
    client_id: 'page-client',
    redirect_uri: `${site.url}/`,
    scope: 'openid',
    code_challenge_method: 'S256',
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
  });
  expect(token?.query).toMatchObject({
    grant_type: 'authorization_code',
    code_verifier: expect.stringMatching(/^[\w-]{43,}$/),
  });
  expect(token?.query).not.toHaveProperty('client_secret');
  // Loaded anew, the page still knows who it is, and nothing outlives the tab.
  await page.reload();
  await page.getByRole('heading', { name: 'Executions', exact: true }).waitFor();
  expect(endpoints()).toStrictEqual(['authorize', 'token']);
  expect(await page.evaluate('JSON.stringify(localStorage) + document.cookie')).toBe('{}');
  expect(site.faults).toStrictEqual([]);
});

test('a photo is shown from the bucket, once the API has made the copy', async () => {
  const page = await open('/');
  const picture = page.locator('.tile img');
  await picture.waitFor();
  const loaded = async () => page.evaluate('document.querySelector(".tile img")?.naturalWidth ?? 0');
  await expect.poll(loaded, { timeout: 60_000 }).toBeGreaterThan(0);
  const first = await picture.getAttribute('src');
  await page.reload();
  await picture.waitFor();
  await expect.poll(loaded, { timeout: 60_000 }).toBeGreaterThan(0);
  const second = await picture.getAttribute('src');
  expect([first?.startsWith('blob:'), second?.includes('/work/'), site.faults]).toStrictEqual([true, true, []]);
});

test('a token that has expired is renewed without leaving the page', async () => {
  const page = await open('/people');
  await page.getByRole('heading', { name: 'People', exact: true }).waitFor();
  await page.evaluate(`for (const [key, value] of Object.entries(sessionStorage)) {
    if (!key.startsWith('oidc.user:')) continue;
    sessionStorage.setItem(key, JSON.stringify({ ...JSON.parse(value), access_token: 'expired', expires_at: 1 }));
  }`);
  await page.reload();
  await page.getByRole('heading', { name: 'People', exact: true }).waitFor();
  await page.getByText('Nobody').first().waitFor();
  expect(site.asked.map(({ endpoint, query }) => [endpoint, query['grant_type']])).toStrictEqual([
    ['authorize', undefined],
    ['token', 'authorization_code'],
    ['token', 'refresh_token'],
  ]);
});

test('whoever is in no group is told so', async () => {
  site.groups = ['gardeners'];
  const page = await open('/people');
  const told = page.getByText('jane is in none of the groups viewer, editor, admin.');
  await told.waitFor();
  expect([await told.count(), endpoints()]).toStrictEqual([1, ['authorize', 'token']]);
});

test('who signs out has to sign in again', async () => {
  const page = await open('/people');
  await page.getByRole('heading', { name: 'People', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL(/\/logout\?client_id=page-client&logout_uri=/);
  await page.goto(`${site.url}/people`);
  await page.getByRole('heading', { name: 'People', exact: true }).waitFor();
  expect(endpoints()).toStrictEqual(['authorize', 'token', 'revoke', 'authorize', 'token']);
});
