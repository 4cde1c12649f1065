import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { addSamples, aDashboard, countOf, isShown, sampleBytes, type TestDashboard } from './a-dashboard.ts';

/** Markup, a right-to-left override and a control character. */
const FILE = '<img src=x onerror=alert(1)>\u202egnp \u0007<b>.jpg';
/** Names may hold neither of the latter. */
const NAME = '<img src=x onerror=alert(1)> نور';

let dashboard: TestDashboard;
let page: Page;

beforeAll(async () => {
  dashboard = await aDashboard();
  await addSamples(dashboard);
}, 240_000);
afterEach(async () => {
  await page?.close();
  const faults = [...dashboard.faults.splice(0), ...dashboard.account.problems.splice(0)];
  if (faults.length > 0) throw new Error(`The page or the account reported: ${faults.join('; ')}`);
});
afterAll(() => dashboard?.close());

const face = (name: string | RegExp) => page.getByRole('group', { name: 'Faces' }).getByRole('button', { name });
const openPhoto = async (name: string) => {
  page = await dashboard.open('/');
  await page.getByRole('link', { name }).click();
  await page.getByRole('heading', { name }).waitFor();
};

test('a photo that is chosen is uploaded, recognized while one watches, and in the grid', async () => {
  page = await dashboard.open('/');
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Upload', exact: true }).click();
  const buffer = await sampleBytes('sample3.jpg');
  await (await chooser).setFiles({ name: 'beach.jpg', mimeType: 'image/jpeg', buffer });
  await page.getByText('1 photo recognized').waitFor();
  await page.getByRole('link', { name: /^beach\.jpg, faces: 3/ }).click();
  expect(await countOf(face(/Robin/), 1)).toBe(1);
});

test('the keys walk the faces from left to right, and tell of each', async () => {
  await openPhoto('sample1.jpg');
  await face(/Face/).first().focus();
  const boxes = await face(/Face/).evaluateAll((all) => all.map((box) => String(box.getAttribute('aria-label'))));
  const seen: string[] = [];
  for (let step = 0; step < boxes.length; step += 1) {
    await page.keyboard.press('ArrowRight');
    seen.push(String(await page.evaluate('document.activeElement.getAttribute("aria-label")')));
  }
  expect({ count: boxes.length, seen }).toStrictEqual({ count: 3, seen: boxes });
  await page
    .getByRole('region', { name: /^Face / })
    .getByText('similar')
    .first()
    .waitFor();
});

test('a face gets a name by keyboard alone, and the name is taken back', async () => {
  await openPhoto('sample2.jpg');
  await face(/Unknown/)
    .first()
    .click();
  await page.getByRole('combobox', { name: 'Who is it?' }).fill('Noor');
  await page.keyboard.press('Enter');
  expect(await countOf(face(/: Noor/), 1)).toBe(1);
  await page.getByRole('button', { name: 'Undo' }).click();
  expect(await countOf(face(/: Noor/), 0)).toBe(0);
});

test('somebody who is known is not merged with by typing the same name, but asked about', async () => {
  await openPhoto('sample2.jpg');
  await face(/Unknown/)
    .first()
    .click();
  await page.getByRole('combobox', { name: 'Who is it?' }).fill('robin');
  await page.keyboard.press('Enter');
  const question = page.getByText('There is a Robin already. Is this the same person?');
  expect(await countOf(question, 1)).toBe(1);
  await page.keyboard.press('Escape');
  expect(await countOf(question, 0)).toBe(0);
  expect(await countOf(face(/: Robin/), 0)).toBe(0);
});

test('a face that was missed is drawn with the pointer, and named', async () => {
  await openPhoto('sample2.jpg');
  const picture = page.getByRole('img', { name: 'sample2.jpg' });
  await face(/Face/).first().focus();
  await page.keyboard.press('d');
  const { x, y, width, height } = (await picture.boundingBox())!;
  await page.mouse.move(x + width * 0.02, y + height * 0.7);
  await page.mouse.down();
  await page.mouse.move(x + width * 0.12, y + height * 0.9, { steps: 4 });
  await page.mouse.up();
  await page.keyboard.press('Enter');
  await page.getByRole('combobox', { name: 'Who is it?' }).fill('Toni');
  await page.keyboard.press('Enter');
  expect(await countOf(face('Face 100: Toni'), 1)).toBe(1);
});

test('Esc leaves drawing without a face', async () => {
  await openPhoto('sample1.jpg');
  await page.getByRole('button', { name: 'Draw a missed face' }).click();
  await page.keyboard.press('Escape');
  expect(await countOf(page.getByRole('application'), 0)).toBe(0);
  expect(await countOf(face(/Face/), 3)).toBe(3);
});

test('a photo that is called .. is a photo as any other', async () => {
  await dashboard.account.upload('input/..', await sampleBytes('sample5.jpg'));
  await dashboard.account.idle();
  await openPhoto('..');
  expect(await countOf(face(/Face/), 5)).toBe(5);
  const picture = page.getByRole('img', { name: '..' });
  expect(await isShown(picture)).toBe(true);
});

test('names and file names full of markup stay text', async () => {
  await dashboard.account.upload(`input/${FILE}`, await sampleBytes('sample4.jpg'));
  await dashboard.account.idle();
  page = await dashboard.open('/');
  await page.getByRole('link', { name: '<img src=x' }).click();
  await face(/Unknown/)
    .first()
    .click();
  await page.getByRole('combobox', { name: 'Who is it?' }).fill(NAME);
  await page.keyboard.press('Enter');
  expect(await countOf(face(/<img src=x onerror/i), 1)).toBe(1);
  await page.getByRole('link', { name: 'People' }).click();
  await page.getByRole('link', { name: '<img src=x' }).click();
  await page.getByRole('heading', { name: '<img src=x' }).waitFor();
  expect(await countOf(page.locator('img[src="x"]'), 0)).toBe(0);
});
