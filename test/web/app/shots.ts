// node test/web/app/shots.ts DIR [--photos PHOTOS]
//
// Takes pictures of every page, as they are while nothing is there, with photos, and with some open dialogs: in both
// themes and two widths, into DIR, to be looked at, and those of docs/ as dashboard-….webp. PHOTOS has photos with a
// manifest.json; without it, the samples are taken, as the picture of one photo in docs/ shows one. About 4 minutes.

import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, parse } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { gather } from '../../../bench/story/cast.ts';
import { startGrouping } from '../../../client/decisions/groups.ts';
import { readPeople } from '../../../client/deployment/queries.ts';
import { PersonId } from '../../../schemas/faces.ts';
import { throttled } from '../../cli/account.ts';
import { provideStack } from '../../support/stack.ts';
import { aDashboard, type TestDashboard } from './a-dashboard.ts';
import { breakTask } from './break-task.ts';
import { PAGES, show, THEMES, WIDTHS } from './looks.ts';
import { addPastPhotos } from './past-photos.ts';

/** Resolves when all pictures that are shown have come. Waiting for a function is against the page's policy. */
const PICTURES = 'Promise.allSettled([...document.images].map((image) => image.decode()))';

/** The size of the pictures in docs/, in pixels. */
const DOCS = { width: 1200, height: 720 };

const { values, positionals } = parseArgs({ options: { photos: { type: 'string' } }, allowPositionals: true });
const [folder] = positionals;
if (folder === undefined) throw new Error('Give the folder for the pictures: node test/web/app/shots.ts DIR');
await mkdir(folder, { recursive: true });
const stack = await provideStack();
const files = await mkdtemp(join(tmpdir(), 'rollcall-shots-'));
const dashboard = await aDashboard();
try {
  const { photo, trends, ...pages } = PAGES;
  await shoot('empty', { ...pages, trends });
  await fill(dashboard);
  await shootForDocs('photos', pages.photos);
  await addTrouble(dashboard);
  const [first] = (await readdir(join(files, 'photos'))).filter((file) => /group|sample1/.test(file));
  await shoot('full', { ...pages, photo: { ...photo, path: `/photos/${first}`, shows: String(first) } });
  if (values.photos === undefined) {
    await shootForDocs('photo', { path: '/photos/sample3.jpg', shows: 'sample3.jpg', opens: 'Robin' });
  }
  await shootDialogs();
  const people = [...(await readPeople(dashboard.target)).keys()].map((id) => PersonId.parse(id));
  const [one, ...others] = people;
  if (one) await addPastPhotos(dashboard.target, { last: new Date(), days: 90, people: [one, ...others] });
  // What was counted before is not counted again for a while.
  await dashboard.renew();
  await shoot('full', { trends });
  await shootForDocs('trends', trends);
  await compare();
  await shoot('compared', { settings: PAGES.settings });
} finally {
  await dashboard.close();
  await stack.remove();
  await rm(files, { recursive: true, force: true });
}
console.log(`${(await readdir(folder)).length} pictures are in ${folder}.`);

/** People, photos and groups of unknown faces. */
async function fill({ account, target }: TestDashboard): Promise<void> {
  await gather(files, values.photos);
  for (const file of await readdir(join(files, 'first'))) {
    await account.upload(`enroll/${parse(file).name}/${file}`, await readFile(join(files, 'first', file)));
  }
  await account.idle();
  for (const file of await readdir(join(files, 'photos'))) {
    await account.upload(`input/${file}`, await readFile(join(files, 'photos', file)));
  }
  await account.idle();
  await startGrouping(target);
}

/** A photo that is none, and two whose execution failed. */
async function addTrouble({ account }: TestDashboard): Promise<void> {
  await account.upload('input/notes.jpg', Buffer.from('not a photo'));
  await account.idle();
  const mend = breakTask(account, throttled('DetectFaces', 'DetectFaces', 1000));
  const [some] = await readdir(join(files, 'photos'));
  const bytes = await readFile(join(files, 'photos', String(some)));
  for (const file of ['beach.jpg', 'party/garden.jpg']) {
    await account.upload(`input/${file}`, Buffer.concat([bytes, Buffer.from(file)]));
  }
  await account.idle();
  mend();
}

async function shoot(state: string, pages: Readonly<Record<string, { path: string; shows: string }>>): Promise<void> {
  for (const [name, look] of Object.entries(pages)) {
    for (const theme of THEMES) {
      for (const width of WIDTHS) {
        const page = await show(dashboard, { ...look, theme, width });
        await take(page, `${name}-${state}-${theme}-${width}`);
        await page.close();
      }
    }
  }
}

/** The page scrolls inside of itself: a window that is as high shows all of it. */
async function take(page: Page, name: string): Promise<void> {
  const height = Number(await page.evaluate('document.querySelector("#main").scrollHeight'));
  const { width } = page.viewportSize()!;
  await page.setViewportSize({ width, height: Math.min(2400, Math.max(800, height + (width < 640 ? 60 : 0))) });
  await page.waitForLoadState('networkidle');
  await Promise.race([page.evaluate(PICTURES), setTimeout(5000)]);
  await page.screenshot({ path: join(folder!, `${name}.png`) });
}

/** As docs/ shows it: of a size that a page can hold. */
async function shootForDocs(name: string, { path, shows, opens }: { path: string; shows: string; opens?: string }) {
  const page = await show(dashboard, { path, shows, theme: 'light', width: DOCS.width });
  await page.setViewportSize(DOCS);
  if (opens !== undefined) await page.getByRole('button', { name: opens }).first().click();
  // What the pointer is at tells more, over the picture.
  await page.mouse.move(0, 0);
  await page.waitForLoadState('networkidle');
  await Promise.race([page.evaluate(PICTURES), setTimeout(5000)]);
  const picture = sharp(await page.screenshot());
  await picture.webp({ quality: 80 }).toFile(join(folder!, `dashboard-${name}.webp`));
  await page.close();
}

/** Makes the searches that show what a threshold does. */
async function compare(): Promise<void> {
  const page = await show(dashboard, { ...PAGES.settings, theme: 'light', width: 1280 });
  await page.getByRole('button', { name: /^Compare/ }).click();
  await page.getByRole('heading', { name: 'Wrong names and misses' }).waitFor();
  await page.close();
}

/** What a click or two away is. */
async function shootDialogs(): Promise<void> {
  for (const theme of THEMES) {
    for (const width of WIDTHS) {
      const page = await show(dashboard, { ...PAGES.people, theme, width });
      await page.getByRole('button', { name: 'Enrol somebody' }).first().click();
      await take(page, `enrol-dialog-${theme}-${width}`);
      await page.keyboard.press('Escape');
      await page.getByRole('main').getByRole('listitem').getByRole('link').first().click();
      await page.getByRole('heading', { name: 'Portraits' }).waitFor();
      await take(page, `person-${theme}-${width}`);
      for (const act of ['Rename', 'Merge', 'Threshold', 'Forget']) {
        await page.getByRole('button', { name: act, exact: true }).click();
        await page.getByRole('dialog').waitFor();
        await take(page, `${act.toLowerCase()}-dialog-${theme}-${width}`);
        await page.keyboard.press('Escape');
      }
      await page.getByRole('button', { name: 'Split' }).click();
      await page.getByRole('grid').first().getByRole('row').first().click();
      await take(page, `split-${theme}-${width}`);
      for (const status of ['Failed', 'Succeeded']) {
        await page.goto(`${dashboard.url}/executions?machine=recognition&status=${status.toUpperCase()}`);
        await page.getByRole('row').nth(1).getByRole('link').click();
        await page.getByRole('heading', { name: 'Waterfall' }).waitFor();
        await take(page, `execution-${status.toLowerCase()}-${theme}-${width}`);
      }
      await page.close();
    }
  }
}
