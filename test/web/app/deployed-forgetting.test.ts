import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { personIdOf } from '../../../schemas/keys.ts';
import { aFace, aPhoto } from '../../cli/records.ts';
import { putRows } from '../../cli/rows.ts';
import { aPersonRecord } from '../../support/builders.ts';
import { aDeployedPage, type DeployedPage } from './a-deployed-page.ts';
import { startBrowser } from './browser.ts';

const NAME = 'John Doe';
const JOHN = personIdOf(NAME);

let site: DeployedPage;
let browser: Browser;

beforeAll(async () => {
  site = await aDeployedPage();
  browser = await startBrowser();
  const { target } = site.account;
  await putRows(target, 'people', aPersonRecord({ person_id: JOHN, name: NAME }));
  await putRows(target, 'results', aPhoto(), aFace({ person_id: JOHN, person: NAME }));
  site.groups = ['admin'];
}, 240_000);
afterAll(async () => {
  await browser?.close();
  await site?.close();
});

test('who forgets somebody sees the receipt, although it takes longer than a request may', async () => {
  const page = await browser.newPage();
  page.setDefaultTimeout(60_000);
  page.on('pageerror', (error) => site.faults.push(error));
  const answers: string[] = [];
  page.on('response', (response) => {
    const { pathname } = new URL(response.url());
    if (pathname.includes('/forget')) answers.push(`${response.request().method()} ${response.status()}`);
  });
  await page.goto(`${site.url}/people/${JOHN}`);
  await page.getByRole('button', { name: 'Forget', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: /Type the name/ }).fill(NAME);
  await dialog.getByRole('button', { name: 'Forget', exact: true }).click();
  await dialog.getByRole('heading', { name: 'Forgotten' }).waitFor();
  const receipt = await dialog.innerText();
  expect([answers[0], answers.at(-1), /SHA-256 [0-9a-f]{64}/.test(receipt), receipt.includes(NAME)]).toStrictEqual([
    'POST 202',
    'GET 200',
    true,
    false,
  ]);
  expect(site.faults).toStrictEqual([]);
});
