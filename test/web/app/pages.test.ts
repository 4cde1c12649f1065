import { AxeBuilder } from '@axe-core/playwright';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addSamples, aDashboard, countOf, type TestDashboard, type Theme } from './a-dashboard.ts';

/** Screenshots are looked at, not compared, and not committed. */
const SHOTS = join('node_modules', '.cache', 'rollcall-shots');

let dashboard: TestDashboard;

beforeAll(async () => {
  await mkdir(SHOTS, { recursive: true });
  dashboard = await aDashboard();
  await addSamples(dashboard);
}, 240_000);
afterAll(() => dashboard?.close());

const PAGES = {
  photos: { path: '/', shows: 'Photos' },
  photo: { path: '/photos/sample1.jpg?face=0', shows: 'sample1.jpg' },
  name: { path: '/name', shows: 'Name' },
  people: { path: '/people', shows: 'People' },
  executions: { path: '/executions', shows: 'Executions' },
  failed: { path: '/failed', shows: 'Failed' },
  settings: { path: '/settings', shows: 'Settings' },
};
const LOOKS = Object.entries(PAGES).flatMap(([name, { path, shows }]) =>
  (['light', 'dark'] as const).flatMap((theme) => [1280, 390].map((width) => ({ name, path, shows, theme, width }))),
);

test.each(LOOKS)('the page $name, $theme, $width pixels wide, is accessible', async (look) => {
  const page = await show(look);
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
    await rest(page);
    await page.screenshot({ path: join(SHOTS, `person-${theme}.png`) });
    expect(await violationsOf(page)).toStrictEqual([]);
    await page.close();
  }
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

interface Look {
  name: string;
  path: string;
  shows: string;
  theme: Theme;
  width: number;
}

async function show({ name, path, shows, theme, width }: Look): Promise<Page> {
  const page = await dashboard.open(path, { theme, width });
  await page.getByRole('heading', { name: shows, exact: true }).waitFor();
  await rest(page);
  await page.screenshot({ path: join(SHOTS, `${name}-${theme}-${width}.png`) });
  return page;
}

/** Until all that the page asks for is there. */
const rest = (page: Page) => page.waitForLoadState('networkidle');

async function violationsOf(page: Page) {
  // Its own frame would need a script that the Content-Security-Policy forbids.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  return violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html, any }) => [html, any[0]?.message]) }));
}
