import type { Page, Route } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addSamples, aDashboard, countOf, type TestDashboard } from './a-dashboard.ts';

let dashboard: TestDashboard;
let page: Page;

beforeAll(async () => {
  dashboard = await aDashboard();
  await addSamples(dashboard);
  page = await dashboard.open('/name');
  await page.getByRole('region', { name: /^Group of/ }).waitFor();
}, 240_000);
afterAll(() => dashboard?.close());

const left = (faces: number) => page.getByText(faces === 1 ? '1 face in 1 group' : `${faces} faces in ${faces} groups`);
const field = () => page.getByRole('combobox', { name: /^(Who is this|Somebody else)/ });
const done = (title: string) => page.getByRole('region', { name: 'Done' }).getByText(title);

test('the name that is typed is that of the whole group, and the next group is there at once', async () => {
  expect(await countOf(left(5), 1)).toBe(1);
  await field().fill('Noor');
  await page.keyboard.press('Enter');
  expect([await countOf(left(4), 1), await countOf(done('Noor: 1 face'), 1)]).toStrictEqual([1, 1]);
});

test('Ctrl Z takes back the last act, and its group is there again', async () => {
  await page.keyboard.press('Control+z');
  expect([await countOf(left(5), 1), await countOf(done('Noor: 1 face'), 0)]).toStrictEqual([1, 0]);
});

test('single keys answer while the field is left: not sure, stranger, not a face', async () => {
  await page.getByRole('region', { name: /^Group of/ }).focus();
  await page.keyboard.press('u');
  expect(await countOf(done('Not sure'), 1)).toBe(1);
  await page.getByRole('region', { name: /^Group of/ }).focus();
  await page.keyboard.press('s');
  expect([await countOf(left(4), 1), await countOf(done('Stranger: 1 face'), 1)]).toStrictEqual([1, 1]);
});

test('what was not sure comes again at the end, also after the page was loaded anew', async () => {
  expect(await countOf(page.getByText('Keeping …'), 0)).toBe(0);
  await page.reload();
  expect(await countOf(page.getByRole('row', { name: 'Group of 1, not sure' }), 1)).toBe(1);
  expect(await countOf(left(4), 1)).toBe(1);
});

test('several groups are taken along with the space bar, named together, and taken back as one', async () => {
  const groups = page.getByRole('grid', { name: /^Groups/ }).getByRole('row');
  await groups.nth(1).focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Space');
  expect(await countOf(page.getByRole('heading', { name: '3 faces of 3 groups together' }), 1)).toBe(1);
  await page.getByRole('region', { name: /^Group of/ }).focus();
  await page.keyboard.press('/');
  await page.keyboard.type('Sasha');
  await page.keyboard.press('Enter');
  expect([await countOf(left(1), 1), await countOf(done('Sasha: 3 faces'), 1)]).toStrictEqual([1, 1]);
  await page.keyboard.press('Control+z');
  expect([await countOf(left(4), 1), await countOf(done('Sasha: 3 faces'), 0)]).toStrictEqual([1, 0]);
});

test('two answers are sent at a time, the next once one of them is kept', async () => {
  expect(await countOf(page.getByText('Keeping …'), 0)).toBe(0);
  const held: Route[] = [];
  await page.route('**/api/decisions', (route) => void held.push(route));
  for (const faces of [3, 2, 1]) {
    await page.getByRole('region', { name: /^Group of/ }).focus();
    await page.keyboard.press('s');
    expect(await countOf(left(faces), 1)).toBe(1);
  }
  await expect.poll(() => held.length).toBe(2);
  await held[0]!.continue();
  await expect.poll(() => held.length).toBe(3);
  for (const route of held.slice(1)) await route.continue();
  await page.unroute('**/api/decisions');
  expect(await countOf(page.getByText('Keeping …'), 0)).toBe(0);
  for (const faces of [2, 3, 4]) {
    await page.keyboard.press('Control+z');
    expect(await countOf(left(faces), 1)).toBe(1);
  }
});

test('the unknown faces are grouped again, while one waits', async () => {
  await page.getByRole('button', { name: /^Group (again|\d+ new)$/ }).click();
  expect(await countOf(page.getByText('The unknown faces are grouped.'), 1)).toBe(1);
  expect(dashboard.faults).toStrictEqual([]);
});
