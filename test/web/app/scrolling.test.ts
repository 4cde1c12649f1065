import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aPhoto } from '../../cli/records.ts';
import { putRows } from '../../cli/rows.ts';
import { aDashboard, countOf, type TestDashboard } from './a-dashboard.ts';

const PHOTOS = 600;

let dashboard: TestDashboard;
let page: Page;

/** Photos that have a size, but are not in the bucket: their pictures stay away. */
beforeAll(async () => {
  dashboard = await aDashboard();
  const rows = Array.from({ length: PHOTOS }, (_, n) => {
    const day = `2026-09-${String(1 + Math.floor(n / 20)).padStart(2, '0')}`;
    const image_id = `${day}-${String(n).padStart(3, '0')}.jpg`;
    const timestamp = `${day}T12:00:${String(n % 20).padStart(2, '0')}Z`;
    return aPhoto({ image_id, key: `input/${image_id}`, timestamp, day, face_count: 0 });
  });
  await putRows(dashboard.target, 'results', ...rows);
  page = await dashboard.open('/');
  await page.getByRole('gridcell').getByRole('link').first().waitFor();
}, 240_000);
afterAll(() => dashboard?.close());

const passing = () => page.locator('.photo-row.passing');
const focused = async () => String(await page.evaluate('document.activeElement.getAttribute("aria-label")'));

test('rows that only pass have no photos in them, and where the wheel stops all rows have theirs', async () => {
  await page.evaluate(`
    globalThis.passed = 0;
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) for (const node of addedNodes) {
        if (node.matches?.('.passing')) passed += node.childElementCount === 0 ? 1 : -1000;
      }
    }).observe(document.querySelector('.photo-grid'), { childList: true });
  `);
  await page.mouse.move(600, 500);
  for (let turn = 0; turn < 12; turn += 1) await page.mouse.wheel(0, 900);
  expect(await countOf(passing(), 0)).toBe(0);
  expect(await page.evaluate<number>('passed')).toBeGreaterThan(0);
  const rows = page.getByRole('row').filter({ hasNot: page.getByRole('heading') });
  const empty = rows.filter({ hasNot: page.getByRole('link') });
  expect([await countOf(empty, 0), (await rows.count()) > 3]).toStrictEqual([0, true]);
});

test('keys go to a photo of a row that was not there yet', async () => {
  await page.reload();
  const first = page.getByRole('gridcell').getByRole('link').first();
  await first.focus();
  const [from, steps] = [await focused(), 6];
  for (let step = 0; step < steps; step += 1) await page.keyboard.press('PageDown');
  await page.locator('.tile a:focus').waitFor();
  const place = Number(await page.evaluate('document.activeElement.closest("[role=row]").ariaRowIndex'));
  // Four rows a key, and the headings of days between them.
  expect([place > 4 * steps, (await focused()) === from]).toStrictEqual([true, false]);
});
