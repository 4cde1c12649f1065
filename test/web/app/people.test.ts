import { unzipSync } from 'fflate';
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { portrait, readManifest } from '../../../samples/samples.ts';
import { addSamples, aDashboard, countOf, isShown, sampleBytes, type TestDashboard } from './a-dashboard.ts';
import { violationsOf } from './axe.ts';

let dashboard: TestDashboard;
let page: Page;

beforeAll(async () => {
  dashboard = await aDashboard();
  await addSamples(dashboard);
  await dashboard.account.upload('input/sample3.jpg', await sampleBytes('sample3.jpg'));
  await dashboard.account.idle();
  page = await dashboard.open('/people');
}, 240_000);
afterAll(() => dashboard?.close());

const heading = (name: string) => page.getByRole('heading', { name, exact: true, level: 1 });
const card = (name: RegExp) => page.getByRole('main').getByRole('link', { name });
const act = (name: string) => page.getByRole('button', { name, exact: true });
const dialog = () => page.getByRole('dialog');
const field = (name: string | RegExp) => page.getByRole('combobox', { name });
const openPerson = async (name: RegExp) => {
  await page.getByRole('navigation').getByRole('link', { name: 'People' }).click();
  await card(name).click();
};

test('somebody is enrolled with a portrait, and is there', async () => {
  const manifest = await readManifest();
  const noor = manifest.people.find(({ name }) => name === 'Noor')!;
  await act('Enrol somebody').first().click();
  await dialog().getByRole('textbox', { name: 'Name' }).fill('Noor');
  const chooser = page.waitForEvent('filechooser');
  await dialog().getByRole('button', { name: 'Choose portraits' }).click();
  const buffer = await portrait(manifest, noor);
  await (await chooser).setFiles({ name: 'noor.jpg', mimeType: 'image/jpeg', buffer });
  await dialog().getByRole('button', { name: 'Enrol', exact: true }).click();
  expect(await countOf(card(/^Noor\s*0 photos · 1 portrait/), 1)).toBe(1);
});

test('a person is renamed by keyboard alone', async () => {
  await openPerson(/^Noor/);
  await heading('Noor').waitFor();
  await act('Rename').focus();
  await page.keyboard.press('Enter');
  await dialog().waitFor();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('Noor Ali');
  await page.keyboard.press('Enter');
  expect(await countOf(heading('Noor Ali'), 1)).toBe(1);
});

test('a portrait is shown with its quality', async () => {
  const portraits = page.getByRole('region', { name: 'Portraits' });
  expect(await portraits.getByRole('listitem').first().innerText()).toMatch(
    /^noor\.jpg\s+Sharpness\s+\d+ %\s+Brightness\s+\d+ %\s+Turned\s+\d+°$/,
  );
  const picture = portraits.getByRole('listitem').first().locator('img');
  expect(await isShown(picture)).toBe(true);
});

test('a person gets a threshold of their own with the arrow keys, and that of all people again', async () => {
  await act('Threshold').click();
  await dialog().getByRole('slider').focus();
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowLeft');
  await dialog().getByRole('button', { name: 'Set', exact: true }).click();
  expect(await countOf(page.getByText('· threshold 99.5 %'), 1)).toBe(1);
  await act('Threshold').click();
  await dialog()
    .getByRole('button', { name: /as for all people/ })
    .click();
  expect(await countOf(page.getByText('· threshold'), 0)).toBe(0);
});

test('two who are one are merged, which is taken back', async () => {
  await act('Merge').click();
  await page.keyboard.press('Escape');
  expect(await countOf(dialog(), 0)).toBe(0);
  await act('Merge').click();
  await field('Who is it really?').fill('rob');
  await page.getByRole('option', { name: /Robin/ }).click();
  await dialog().getByRole('button', { name: 'Merge' }).click();
  await heading('Robin').waitFor();
  const merged = page.getByRole('list', { name: 'Merged into this person' });
  expect(await countOf(merged.getByText('Noor Ali'), 1)).toBe(1);
  await merged.getByRole('button', { name: 'Take back' }).click();
  expect(await countOf(merged, 0)).toBe(0);
  await openPerson(/^Noor Ali/);
  await heading('Noor Ali').waitFor();
});

test('faces that are of somebody else are split off, which is taken back', async () => {
  await openPerson(/^Robin\s*2 photos/);
  await heading('Robin').waitFor();
  await act('Split').click();
  const faces = page.getByRole('grid', { name: /^Faces of Robin/ }).getByRole('row');
  expect(await countOf(faces, 2)).toBe(2);
  await faces.first().focus();
  await page.keyboard.press('Space');
  expect(await violationsOf(page)).toStrictEqual([]);
  await field('Who are they really? 1 picture').fill('Rowan');
  await page.keyboard.press('Enter');
  await page.getByText('1 picture of Rowan now').waitFor();
  expect(await countOf(page.getByText('1 photo', { exact: false }).first(), 1)).toBe(1);
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('Taken back.').waitFor();
  expect(await countOf(page.getByText(/^2 photos/), 1)).toBe(1);
});

test('everything that is held on a person is given as an archive', async () => {
  await openPerson(/^Robin/);
  await heading('Robin').waitFor();
  const download = page.waitForEvent('download');
  await act('Export').click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^p_[0-9a-f]{24}\.zip$/);
  const files = Object.keys(unzipSync(await readFile(await file.path())));
  expect(await countOf(page.getByText(`${files.length} files. They tell of a person: keep them safe.`), 1)).toBe(1);
  const kinds = new Set(files.map((name) => name.replace(/[-/].*$/, '')));
  expect([...kinds].toSorted()).toStrictEqual(['crops', 'decisions', 'faces', 'people', 'portraits', 'processed']);
});

test('the faces that are known are compared, which shows what another threshold does', async () => {
  await page.getByRole('navigation').getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('button', { name: /^Compare \d+ faces more$/ }).click();
  await page.getByRole('heading', { name: 'Wrong names and misses' }).waitFor();
  const wrong = page.getByRole('region', { name: 'Threshold' }).locator('dd').first();
  expect(await wrong.innerText()).toBe('0 of 1, 0 %');
  await page.getByRole('slider', { name: /^A face gets a name/ }).focus();
  await page.keyboard.press('Home');
  expect((await wrong.innerText()).split('\n')).toStrictEqual(['1 of 1, 100 %', '1 more than with 80 %']);
  await page.getByText('As a table').click();
  expect(await countOf(page.getByRole('rowheader', { name: '99 %' }), 1)).toBe(1);
  expect(await violationsOf(page)).toStrictEqual([]);
});

test('somebody is forgotten only after the name was typed, with a receipt that does not say who', async () => {
  await openPerson(/^Robin/);
  await act('Forget').click();
  const forget = dialog().getByRole('button', { name: 'Forget', exact: true });
  expect(await forget.isDisabled()).toBe(true);
  await dialog()
    .getByRole('textbox', { name: /Type the name/ })
    .fill('Robin');
  await forget.click();
  await dialog().getByRole('heading', { name: 'Forgotten' }).waitFor();
  expect(await violationsOf(page)).toStrictEqual([]);
  const receipt = await dialog().innerText();
  expect([/SHA-256 [0-9a-f]{64}/.test(receipt), receipt.includes('Robin')]).toStrictEqual([true, false]);
  await dialog().getByRole('button', { name: 'Done' }).click();
  await heading('People').waitFor();
  expect(await countOf(card(/^Robin/), 0)).toBe(0);
});

test('the page has reported nothing', () => {
  expect([...dashboard.faults, ...dashboard.account.problems]).toStrictEqual([]);
});
