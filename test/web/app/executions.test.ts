import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Case } from '../../../schemas/case.ts';
import { EXECUTION_STATUSES } from '../../../schemas/executions.ts';
import { sentence } from '../../../web/app/ui/format.ts';
import { throttled } from '../../cli/account.ts';
import { aPhoto } from '../../cli/records.ts';
import { putRows } from '../../cli/rows.ts';
import { aDashboard, countOf, sampleBytes, type TestDashboard } from './a-dashboard.ts';
import { violationsOf } from './axe.ts';
import { breakTask } from './break-task.ts';

let dashboard: TestDashboard;
let page: Page;
let mend: () => void;

beforeAll(async () => {
  dashboard = await aDashboard();
  const { account } = dashboard;
  await account.upload('input/text.jpg', Buffer.from('not a photo'));
  await account.idle();
  mend = breakTask(account, throttled('DetectFaces', 'DetectFaces', 1000));
  const bytes = await sampleBytes('sample1.jpg');
  for (const file of ['one.jpg', 'two.jpg', 'three.jpg']) {
    await account.upload(`input/${file}`, Buffer.concat([bytes, Buffer.from(file)]));
    await account.idle();
  }
  page = await dashboard.open('/failed');
}, 240_000);
afterAll(() => dashboard?.close());

const heading = (name: string) => page.getByRole('heading', { name, exact: true });
const rows = () => page.getByRole('main').getByRole('row');
const statuses = async () =>
  (await rows().getByRole('cell').first().count()) === 0
    ? []
    : rows().evaluateAll((all) => all.slice(1).map((row) => row.querySelector('td')?.textContent));

test('what failed is told by cause, and with what it was about', async () => {
  await heading('ThrottlingException in DetectFaces').waitFor();
  const links = page.getByRole('main').getByRole('link');
  expect((await links.allInnerTexts()).toSorted()).toStrictEqual(['one.jpg', 'three.jpg', 'two.jpg']);
  expect(await violationsOf(page)).toStrictEqual([]);
});

test('one that failed shows the state in which it failed, and goes on there once that works', async () => {
  await page.getByRole('link', { name: 'three.jpg' }).click();
  const alert = page.getByRole('alert');
  await alert.getByText('ThrottlingException', { exact: true }).waitFor();
  // Its message, not the JSON that Lambda passes on.
  expect(await alert.locator('.cause').innerText()).toBe('injected');
  const state = page.getByRole('region', { name: 'State DetectFaces' });
  expect(await countOf(state.getByText(/^Attempt 1:/), 1)).toBe(1);
  expect(await violationsOf(page)).toStrictEqual([]);
  mend();
  await page.getByRole('button', { name: 'Redrive', exact: true }).click();
  expect(await countOf(page.locator('.execution-title + .chip', { hasText: 'Succeeded' }), 1)).toBe(1);
  await page.getByRole('link', { name: 'three.jpg' }).click();
  expect(await countOf(page.getByRole('group', { name: 'Faces' }).getByRole('button'), 3)).toBe(3);
});

test('executions are filtered by status and time, and sorted by what they took', async () => {
  await page.goto(`${dashboard.url}/executions`);
  expect(await countOf(rows(), 5)).toBe(5);
  await page.getByRole('button', { name: 'Status', exact: true }).click();
  await page.getByRole('option', { name: 'Failed' }).click();
  expect(await countOf(rows(), 3)).toBe(3);
  await page.getByRole('button', { name: 'Status: Failed' }).click();
  await page.keyboard.press('Escape');
  expect(await statuses()).toStrictEqual(['Failed', 'Failed']);
  const errors = page.getByRole('main').locator('.execution-error');
  expect(await errors.allInnerTexts()).toStrictEqual(['ThrottlingException injected', 'ThrottlingException injected']);
  await page.getByRole('button', { name: 'Took' }).click();
  await page.getByRole('columnheader', { name: 'Took' }).and(page.locator('[aria-sort=descending]')).waitFor();
  const took = await rows().evaluateAll((all) =>
    all.slice(1).map((row) => row.querySelector('td:last-child')?.textContent),
  );
  expect(took).toStrictEqual(took.toSorted((one, other) => inMs(other) - inMs(one)));
  await page.goto(`${dashboard.url}/executions?to=2020-01-01`);
  expect(await countOf(heading('No such execution'), 1)).toBe(1);
});

test('every status that the API knows can be chosen', async () => {
  await page.goto(`${dashboard.url}/executions`);
  await page.getByRole('button', { name: 'Status', exact: true }).click();
  const options = page.getByRole('option');
  await options.first().waitFor();
  expect(await options.allInnerTexts()).toStrictEqual(EXECUTION_STATUSES.map(sentence));
  await page.getByRole('option', { name: 'Pending redrive' }).click();
  expect(await countOf(heading('No such execution'), 1)).toBe(1);
  // Another one in the address is none.
  await page.goto(`${dashboard.url}/executions?status=ENDED`);
  expect(await countOf(rows(), 5)).toBe(5);
});

const inMs = (text = '') => Number.parseFloat(text) * (text.endsWith(' s') ? 1000 : 1);

test('all that match are redriven at the rate of the account, and can be stopped on the way', async () => {
  await page.route('**/api/settings', async (route) => {
    const response = await route.fetch();
    const settings = (await response.json()) as object;
    // So slowly that the second one never begins.
    await route.fulfill({ response, json: { ...settings, redrives_per_second: 0.001 } });
  });
  await page.goto(`${dashboard.url}/executions?status=FAILED`);
  await page.getByRole('button', { name: 'Redrive all' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('At most 0.001 a second are started').waitFor();
  await dialog.getByRole('button', { name: 'Redrive' }).click();
  await dialog.getByText('1 of 2 …').waitFor();
  await dialog.getByRole('button', { name: 'Stop' }).click();
  await page.getByText('1 execution redriven').waitFor();
  expect(await countOf(dialog, 0)).toBe(0);
  await page.unroute('**/api/settings');
  // It fails no more, so there is one left.
  await dashboard.account.idle();
});

test('all that match are redriven, after asking, with a word when it is done', async () => {
  await page.goto(`${dashboard.url}/executions?status=FAILED`);
  await page.getByRole('button', { name: 'Redrive all' }).click();
  expect(await violationsOf(page)).toStrictEqual([]);
  await page.getByText(/^1 execution will go on in the state that failed/).waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Redrive' }).click();
  await page.getByText('1 execution redriven').waitFor();
  expect(await countOf(heading('No such execution'), 1)).toBe(1);
  await page.getByRole('link', { name: 'Failed' }).click();
  expect(await countOf(heading('Nothing has failed'), 1)).toBe(1);
});

test('failures are counted as far as they are read, which goes on to the oldest on demand', async () => {
  const broken = Array.from({ length: 605 }, (_, at) => {
    const image_id = `broken-${at}.jpg`;
    const timestamp = new Date(Date.UTC(2026, 0, 1) + at * 1000).toISOString();
    const [error, failed_state] = at === 0 ? ['Ancient', 'DetectFaces'] : ['Broken', 'LoadImage'];
    const failure = { status: 'FAILED', error, failed_state, cause: 'injected' } as const;
    return aPhoto({ image_id, key: `input/${image_id}`, timestamp, day: '2026-01-01', ...failure });
  });
  await putRows(dashboard.target, 'results', ...broken);
  await page.goto(`${dashboard.url}/failed`);
  const counts = async () => [
    await page.getByRole('heading', { name: 'Failed' }).locator('+ span').innerText(),
    ...(await page.locator('.chip.bad').allInnerTexts()),
  ];
  await page.getByText('At least 200 failures').waitFor();
  expect([await counts(), await page.getByRole('link', { name: 'broken-604.jpg' }).count()]).toStrictEqual([
    ['At least 200 failures', '200+'],
    1,
  ]);
  expect(await violationsOf(page)).toStrictEqual([]);
  await page.getByRole('button', { name: 'Show older ones' }).click();
  await page.getByText('At least 400 failures').waitFor();
  await page.getByRole('button', { name: 'Count all' }).click();
  await page.getByText('605 failures', { exact: true }).waitFor();
  expect([await counts(), await page.getByRole('button', { name: 'Show older ones' }).count()]).toStrictEqual([
    ['605 failures', '604', '1'],
    0,
  ]);
});

test('all that failed of one cause can be looked at, some at a time', async () => {
  const links = page.getByRole('main').getByRole('link', { name: /^broken-/ });
  // Five of the many, and the one of the other cause.
  expect(await countOf(links, 6)).toBe(6);
  const more = page.getByRole('button', { name: /^Show/ });
  const said: string[] = [];
  while ((await more.count()) > 0) {
    said.push(await more.innerText());
    await more.click();
  }
  expect([said, await links.count()]).toStrictEqual([
    [599, 499, 399, 299, 199].map((left) => `Show 100 of ${left} more`).concat('Show 99 more'),
    605,
  ]);
});

test('an execution gives its case for rollcall replay, and its ARN', async () => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: dashboard.url });
  await page.goto(`${dashboard.url}/executions?machine=recognition`);
  await rows().nth(1).getByRole('link').click();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Case' }).click();
  const file = await download;
  const name = await page.locator('.execution-title').innerText();
  const recorded = Case.parse(JSON.parse(await readFile(await file.path(), 'utf8')));
  expect([file.suggestedFilename(), recorded.machine, recorded.end.status]).toStrictEqual([
    `${name}.json`,
    'recognition',
    'SUCCEEDED',
  ]);
  await page.getByRole('button', { name: 'Copy ARN' }).click();
  await page.getByText('The ARN copied').waitFor();
  const copied = String(await page.evaluate('navigator.clipboard.readText()'));
  expect(copied).toMatch(new RegExp(`^arn:aws:states:.*recognition:${name}$`));
});

test('the page has reported nothing', () => {
  expect([...dashboard.faults, ...dashboard.account.problems]).toStrictEqual([]);
});
