import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addSamples, aDashboard, countOf, sampleBytes, type TestDashboard } from './a-dashboard.ts';

let dashboard: TestDashboard;
let page: Page;
let folder: string;

beforeAll(async () => {
  dashboard = await aDashboard();
  await addSamples(dashboard);
  folder = join(await mkdtemp(join(tmpdir(), 'rollcall-drop-')), 'party');
  await mkdir(join(folder, 'garden'), { recursive: true });
  await writeFile(join(folder, 'garden', 'sample3.jpg'), await sampleBytes('sample3.jpg'));
  await writeFile(join(folder, 'notes.jpg'), 'not a photo');
  await writeFile(join(folder, '.hidden.jpg'), 'not for anybody');
  page = await dashboard.open('/');
}, 240_000);
afterAll(async () => {
  await dashboard?.close();
  await rm(join(folder, '..'), { recursive: true, force: true });
});

const photos = () => page.getByRole('gridcell').getByRole('link');

const filter = (name: string) => page.getByRole('group', { name: 'Filters' }).getByRole('button', { name });
const status = () => page.getByRole('region', { name: 'Uploads' });

/** Drops what is at a path, as a file manager does. */
async function drop(path: string): Promise<void> {
  const { width, height } = page.viewportSize()!;
  const client = await page.context().newCDPSession(page);
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await client.send('Input.dispatchDragEvent', { type, x: width / 2, y: height / 2, data });
  }
}

test('a folder that is dropped is uploaded with the names of its folders, and told what came of it', async () => {
  await drop(folder);
  await page.getByText('1 recognized, 1 not').waitFor();
  expect(await countOf(status().getByText('party/notes.jpg'), 1)).toBe(1);
  await page.getByRole('link', { name: /^party\/garden\/sample3\.jpg, faces: 3/ }).waitFor();
  expect(await countOf(page.getByRole('link', { name: /hidden/ }), 0)).toBe(0);
});

test('photos are filtered by a person who is found by typing, and the address says so', async () => {
  await filter('Person').click();
  await page.keyboard.type('rob');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  expect(await countOf(photos(), 2)).toBe(2);
  await page.waitForURL(/person=/);
  await page.reload();
  expect(await countOf(filter('Person: Robin'), 1)).toBe(1);
  expect(await countOf(photos(), 2)).toBe(2);
});

test('filters are cleared, and set to what nothing has', async () => {
  await filter('Clear the filters').click();
  expect(await countOf(photos(), 4)).toBe(4);
  await filter('Time').click();
  await page.getByLabel('Last day').fill('2020-01-01');
  await page.keyboard.press('Escape');
  await page.getByRole('heading', { name: 'No photo is like this' }).waitFor();
  await page.getByRole('button', { name: 'Clear the filters' }).last().click();
  expect(await countOf(photos(), 4)).toBe(4);
});

test('the arrow keys walk the grid, and Enter opens a photo', async () => {
  await photos().first().focus();
  await page.keyboard.press('End');
  const last = await photos().count();
  const focused = String(await page.evaluate('document.activeElement.getAttribute("aria-label")'));
  await page.keyboard.press('Enter');
  await page.getByRole('complementary', { name: 'About the photo' }).waitFor();
  expect([last, focused.split(',')[0]]).toStrictEqual([4, await page.getByRole('heading', { level: 1 }).innerText()]);
  // While it is not known yet that it is no picture, one is asked for.
  const faults = dashboard.faults.filter((fault) => !/^415 GET .*notes\.jpg/.test(String(fault)));
  expect([...faults, ...dashboard.account.problems]).toStrictEqual([]);
});
