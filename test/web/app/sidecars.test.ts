import { strFromU8, unzipSync } from 'fflate';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSidecar } from '../../../client/xmp/read.ts';
import { writeSidecar } from '../../../client/xmp/write.ts';
import { aFace, aPhoto } from '../../cli/records.ts';
import { putRows } from '../../cli/rows.ts';
import { addSamples, aDashboard, countOf, sampleBytes, type TestDashboard } from './a-dashboard.ts';
import { violationsOf } from './axe.ts';

let dashboard: TestDashboard;
let page: Page;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-sidecars-'));
  dashboard = await aDashboard();
  await addSamples(dashboard);
  await dashboard.account.upload('input/2026/party.jpg', await sampleBytes('sample3.jpg'));
  await dashboard.account.idle();
  page = await dashboard.open('/photos/2026%2Fparty.jpg');
}, 240_000);
afterAll(async () => {
  await dashboard?.close();
  await rm(folder, { recursive: true, force: true });
});

const card = () => page.getByRole('region', { name: 'Sidecars' });

/** The file that a button gives, and its name. */
async function downloaded(button: string): Promise<{ name: string; bytes: Buffer }> {
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: button }).click();
  const file = await download;
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
}

/** Takes the last act back, and waits until that is done. */
async function undo(): Promise<void> {
  const done = page.waitForResponse(/\/undo$/);
  await page.getByRole('button', { name: 'Undo' }).click();
  await done;
}

const namesIn = (xmp: string) =>
  readSidecar(xmp)
    .regions.flatMap(({ name }) => name ?? [])
    .toSorted();

test('the page of a photo gives its sidecar, and says that it names people', async () => {
  const { name, bytes } = await downloaded('Download sidecar (XMP)');
  await page.getByText('The sidecar names people: keep it safe.').waitFor();
  const xmp = bytes.toString();
  expect([name, namesIn(xmp), readSidecar(xmp).regions.length]).toStrictEqual(['party.jpg.xmp', ['Robin'], 3]);
  expect(await violationsOf(page)).toStrictEqual([]);
});

test('names are taken from the sidecars of a folder, what cannot be taken is told, and all of it is undone', async () => {
  const { regions, dimensions } = readSidecar((await downloaded('Download sidecar (XMP)')).bytes.toString());
  const named = regions.map(({ box, name }, at) => ({ box, name: name ?? `Guest ${at}` }));
  await mkdir(join(folder, '2026'));
  await writeFile(join(folder, '2026/party.jpg.xmp'), writeSidecar({ dimensions: dimensions!, regions: named }));
  await writeFile(join(folder, 'gone.jpg.xmp'), writeSidecar({ regions: named }));
  await writeFile(join(folder, 'sample1.jpg.xmp'), Buffer.from([0xff, 0xfe, 0xfd]));
  await writeFile(join(folder, 'notes.txt'), 'no sidecar');
  await page.goto(`${dashboard.url}/settings`);
  const chooser = page.waitForEvent('filechooser');
  await card().getByRole('button', { name: 'Take names from a folder' }).click();
  await (await chooser).setFiles(folder);
  await page.getByText('2 faces named, 1 known before.').waitFor();
  expect((await card().getByRole('alert').getByRole('listitem').allInnerTexts()).toSorted()).toStrictEqual([
    'gone.jpg: There is no photo gone.jpg. rollcall results lists them all.',
    'sample1.jpg: it is not UTF-8',
  ]);
  expect(await violationsOf(page)).toStrictEqual([]);
  await undo();
  await page.goto(`${dashboard.url}/photos/2026%2Fparty.jpg`);
  const unknown = page.getByRole('group', { name: 'Faces' }).getByRole('button', { name: /Unknown/ });
  expect(await countOf(unknown, 2)).toBe(2);
});

test('a fault on the way leaves out the rest, and what was taken until then can be undone', async () => {
  const several = join(folder, 'several');
  await mkdir(several);
  const picture = readSidecar(await readFile(join(folder, '2026/party.jpg.xmp'), 'utf8'));
  const xmp = writeSidecar(picture);
  await mkdir(join(several, '2026'));
  await writeFile(join(several, '2026/party.jpg.xmp'), xmp);
  // More than one request takes.
  for (let at = 0; at < 120; at += 1) await writeFile(join(several, `z${at}.jpg.xmp`), writeSidecar({ regions: [] }));
  let requests = 0;
  await page.route('**/api/sidecars', (route) => {
    requests += 1;
    return requests === 1 ? route.continue() : route.abort();
  });
  await page.goto(`${dashboard.url}/settings`);
  const chooser = page.waitForEvent('filechooser');
  await card().getByRole('button', { name: 'Take names from a folder' }).click();
  await (await chooser).setFiles(several);
  await page.getByText('2 faces named, 1 known before.').waitFor();
  await card().getByText('21 sidecars were left out.').waitFor();
  await page.unroute('**/api/sidecars');
  await undo();
  await page.goto(`${dashboard.url}/photos/2026%2Fparty.jpg`);
  const unknown = page.getByRole('group', { name: 'Faces' }).getByRole('button', { name: /Unknown/ });
  expect(await countOf(unknown, 2)).toBe(2);
});

test('the sidecars of all photos come in one archive, however many requests that takes', async () => {
  const many = Array.from({ length: 505 }, (_, at) => `many/${at}.jpg`);
  await putRows(
    dashboard.target,
    'results',
    ...many.flatMap((image_id) => [aPhoto({ image_id, key: `input/${image_id}` }), aFace({ image_id })]),
  );
  await page.goto(`${dashboard.url}/settings`);
  const { name, bytes } = await downloaded('Download sidecars (XMP)');
  await page.getByText('508 sidecars. They name people: keep them safe.').waitFor();
  const files = unzipSync(bytes);
  const names = ['2026/party.jpg', 'sample1.jpg', 'sample2.jpg', ...many].map((id) => `${id}.xmp`);
  expect([name, Object.keys(files).toSorted(), namesIn(strFromU8(files['2026/party.jpg.xmp']!))]).toStrictEqual([
    'sidecars.zip',
    names.toSorted(),
    ['Robin'],
  ]);
});

test('the page has reported nothing', () => {
  expect([...dashboard.faults, ...dashboard.account.problems]).toStrictEqual([]);
});
