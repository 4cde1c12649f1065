import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PersonId } from '../../../schemas/faces.ts';
import { aFace, aPhoto, aStranger } from '../../cli/records.ts';
import { putRows } from '../../cli/rows.ts';
import { aDashboard, countOf, type TestDashboard } from './a-dashboard.ts';
import { violationsOf } from './axe.ts';

/** Whoever sees it run would be shown something. */
const NAME = '<b>Kim</b>\u202e نور';
const PERSON = PersonId.parse('p_00000000000000000000000a');

let dashboard: TestDashboard;
let page: Page;

beforeAll(async () => {
  dashboard = await aDashboard();
  const { target } = dashboard;
  const created = { created_at: '2024-01-01T00:00:00Z', timestamp: '2024-01-01T00:00:00Z' };
  await putRows(target, 'people', { person_id: PERSON, record: 'person', name: NAME, status: 'KNOWN', ...created });
  const happy = [{ type: 'HAPPY', confidence: 90 }];
  for (const [day, hour] of [
    ['2024-03-04', '08'],
    ['2024-03-05', '09'],
    ['2024-08-20', '21'],
  ]) {
    const of = { image_id: `${day}.jpg`, timestamp: `${day}T${hour}:30:00Z` };
    const photo = aPhoto({ ...of, key: `input/${day}.jpg`, day: String(day) });
    const kim = aFace({ ...of, person_id: PERSON, emotions: happy });
    const stranger = aStranger({ ...of, emotions: [{ type: 'SAD', confidence: 90 }] });
    await putRows(target, 'results', photo, kim, ...(day === '2024-03-05' ? [stranger] : []));
  }
  page = await dashboard.open('/trends?period=2024');
  await page.getByRole('heading', { name: 'Photos and faces' }).waitFor();
}, 120_000);
afterAll(() => dashboard?.close());

const figures = async () => {
  const list = page.locator('.figures > div');
  return Object.fromEntries(
    await Promise.all((await list.all()).map(async (each) => (await each.locator('dt, dd').allInnerTexts()) as never)),
  ) as Record<string, string>;
};
const days = async () => [
  await page.getByLabel('First day').inputValue(),
  await page.getByLabel('Last day').inputValue(),
];
const shown = async () => ({ figures: await figures(), days: await days() });
const handle = (which: number) => page.getByRole('slider').nth(which);

test('all of a year is counted, with the names as they are', async () => {
  await expect.poll(shown).toStrictEqual({
    figures: { Photos: '3', Faces: '4', People: '1', Named: '75.0 %', Unknown: '25.0 %' },
    days: ['2024-01-01', '2024-12-31'],
  });
  await page.getByText('As a table').nth(1).click();
  const table = page.getByRole('region', { name: 'People' }).getByRole('table');
  expect(await table.getByRole('columnheader').allInnerTexts()).toStrictEqual(['When', NAME]);
  expect(await page.locator('b').count()).toBe(0);
  expect(await violationsOf(page)).toStrictEqual([]);
});

test('a range that is brushed with the pointer filters every chart, and is part of the address', async () => {
  const { x, y, width, height } = (await page.locator('.recharts-brush').boundingBox())!;
  const end = (await handle(1).boundingBox())!;
  await page.mouse.move(end.x + end.width / 2, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + width / 2, y + height / 2, { steps: 8 });
  await page.mouse.up();
  await page.waitForURL(/from=2024-01-01&to=2024-0[67]-/);
  await expect.poll(figures).toStrictEqual({
    Photos: '2',
    Faces: '3',
    People: '1',
    Named: '66.7 %',
    Unknown: '33.3 %',
  });
});

test('the ends of the range move by a day with the arrow keys', async () => {
  await page.goto(`${dashboard.url}/trends?period=2024&from=2024-03-04&to=2024-03-06`);
  await page.getByText('By hour').waitFor();
  await handle(0).focus();
  await page.keyboard.press('ArrowRight');
  await page.waitForURL(/from=2024-03-05&to=2024-03-06/);
  await expect.poll(shown).toStrictEqual({
    figures: { Photos: '1', Faces: '2', People: '1', Named: '50.0 %', Unknown: '50.0 %' },
    days: ['2024-03-05', '2024-03-06'],
  });
});

test('two date fields do the same, and a day is shown by hour', async () => {
  await page.getByLabel('Last day').fill('2024-03-05');
  await page.waitForURL(/from=2024-03-05&to=2024-03-05/);
  await page.getByText('As a table').first().click();
  const rows = page.getByRole('region', { name: 'Photos and faces' }).getByRole('row', { name: /09:00/ });
  await expect.poll(() => rows.allInnerTexts()).toStrictEqual(['Tue, 5 March 2024, 09:00\t1\t2']);
});

test('emotions, people and the days lead to their photos', async () => {
  const links = await page
    .getByRole('main')
    .getByRole('link')
    .evaluateAll((all) =>
      all.map((link) => [link.textContent?.trim(), decodeURIComponent(String(link.getAttribute('href')))]),
    );
  const range = 'from=2024-03-05&to=2024-03-05';
  expect(links).toStrictEqual([
    ['Photos of these days', `/?${range}`],
    [NAME, `/people/${PERSON}`],
    ['1 face', `/?person=["${PERSON}"]&${range}`],
    ['Happy', `/?emotion=HAPPY&${range}`],
    ['Sad', `/?emotion=SAD&${range}`],
  ]);
  await page.getByRole('link', { name: 'Photos of these days' }).click();
  expect(await countOf(page.getByRole('link', { name: /^2024-03-05\.jpg/ }), 1)).toBe(1);
});

test('a time without photos says what to do', async () => {
  await page.goto(`${dashboard.url}/trends?period=2023`);
  expect(await countOf(page.getByRole('heading', { name: 'No photos in this time' }), 1)).toBe(1);
  // The rows have no pictures.
  expect(dashboard.faults.filter((fault) => !/^404 GET .*\/api\/(pictures|crops)\//.test(String(fault)))).toStrictEqual(
    [],
  );
});
