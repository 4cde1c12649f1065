import { afterAll, beforeAll, expect, test } from 'vitest';
import { queryIndex } from '../../../client/deployment/queries.ts';
import { FaceRecord } from '../../../schemas/records.ts';
import { addSamples, aDashboard, countOf, type TestDashboard } from './a-dashboard.ts';
import { violationsOf } from './axe.ts';
import { PAGES, show, THEMES, WIDTHS } from './looks.ts';

let dashboard: TestDashboard;

beforeAll(async () => {
  dashboard = await aDashboard();
  await addSamples(dashboard);
}, 240_000);
afterAll(() => dashboard?.close());

const LOOKS = Object.entries(PAGES).flatMap(([name, page]) =>
  THEMES.flatMap((theme) => WIDTHS.map((width) => ({ ...page, name, theme, width }))),
);

test.each(LOOKS)('the page $name, $theme, $width pixels wide, is accessible', async (look) => {
  const page = await show(dashboard, look);
  expect({ violations: await violationsOf(page), faults: dashboard.faults }).toStrictEqual({
    violations: [],
    faults: [],
  });
  await page.close();
});

test('the page of a person is accessible in both themes', async () => {
  for (const theme of ['light', 'dark'] as const) {
    const page = await dashboard.open('/people', { theme });
    await page.getByRole('link', { name: 'Robin' }).click();
    await page.getByRole('heading', { name: 'Robin' }).waitFor();
    await page.waitForLoadState('networkidle');
    expect(await violationsOf(page)).toStrictEqual([]);
    await page.close();
  }
});

test('the settings say how many faces another threshold would name otherwise', async () => {
  const query = { table: 'results', index: 'by-status', value: 'UNKNOWN', schema: FaceRecord } as const;
  const unknown = await queryIndex(dashboard.target, query);
  const like = unknown.filter(({ candidate }) => candidate !== undefined);
  const photos = new Set(like.map(({ image_id }) => image_id)).size;
  expect(like.length).toBeGreaterThan(0);
  const page = await dashboard.open('/settings');
  await page.getByText('0 would get a name, 0 would lose it').waitFor();
  await page.getByRole('slider').press('Home');
  const said = page.getByText(
    `${photos} photo${photos === 1 ? '' : 's'}: ${like.length} would get a name, 0 would lose it`,
  );
  expect(await countOf(said, 1)).toBe(1);
  await page.close();
});

test('on a phone the navigation shows the word of each page, all of it within the window', async () => {
  const page = await dashboard.open('/people', { width: 390 });
  const words = page.getByRole('navigation', { name: 'Pages' }).locator('span');
  await words.first().waitFor();
  const shown: string[] = [];
  for (const word of await words.all()) {
    const box = await word.boundingBox();
    if (box && box.width > 20 && box.height > 8 && box.x >= 0 && box.x + box.width <= 390)
      shown.push(await word.innerText());
  }
  expect(shown).toStrictEqual(['Photos', 'Name', 'People', 'Trends', 'Executions', 'Failed', 'Settings']);
  await page.close();
});

/** The narrowest that a phone is, and what 1280 pixels are when enlarged four times, in pixels. */
const NARROWEST = 320;

test.each(Object.entries(PAGES))('the page %s fits the narrowest window, with all its filters', async (_, look) => {
  const page = await show(dashboard, { ...look, theme: 'light', width: NARROWEST });
  const wider = Number(
    await page.evaluate('((main) => main.scrollWidth - main.clientWidth)(document.querySelector("main"))'),
  );
  const cut: string[] = [];
  for (const filter of await page.getByRole('group', { name: 'Filters' }).getByRole('button').all()) {
    const { x, width } = (await filter.boundingBox())!;
    if (x < 0 || x + width > NARROWEST) cut.push(await filter.innerText());
  }
  expect({ wider, cut }).toStrictEqual({ wider: 0, cut: [] });
  await page.close();
});

test('without the token the page says what to do', async () => {
  const page = await dashboard.browser.newPage();
  await page.goto(dashboard.url);
  const told = page.getByText('Open the address that npm start printed: it carries the token.');
  expect(await countOf(told, 1)).toBe(1);
  await page.close();
});

test('the token is neither in the address nor in what is kept for later', async () => {
  const page = await dashboard.open('/people');
  await page.getByRole('heading', { name: 'People' }).waitFor();
  const kept = await page.evaluate('({ hash: location.hash, kept: JSON.stringify(localStorage) })');
  expect(kept).toStrictEqual({ hash: '', kept: '{}' });
  await page.close();
});
