import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { placePage } from '../../stacks/bundles/page.ts';

let root: string;
let built: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rollcall-page-'));
  built = join(root, 'built');
  await mkdir(join(built, 'assets'), { recursive: true });
});
afterEach(() => rm(root, { recursive: true }));

const place = () => placePage(join(root, 'stack'), built);

test('the built page is copied beside the stack, without the settings that a deployment has of its own', async () => {
  const files = {
    'index.html': '<!doctype html>',
    'icon.svg': '<svg/>',
    'config.json': '{}',
    'assets/a-1.js': 'export {}',
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(built, name), content);
  const placed = await place();
  const folder = placed[0]!.source.split('/')[0]!;
  const file = (key: string, type: string, cacheControl: string) => ({
    key,
    source: `${folder}/${key}`,
    type,
    cacheControl,
  });
  expect(placed).toStrictEqual([
    file('assets/a-1.js', 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'),
    file('icon.svg', 'image/svg+xml', 'no-cache'),
    file('index.html', 'text/html; charset=utf-8', 'no-cache'),
  ]);
  expect(await readFile(join(root, 'stack', folder, 'assets/a-1.js'), 'utf8')).toBe('export {}');
  expect(await readdir(join(root, 'stack', folder))).not.toContain('config.json');

  // The same page has the same place, and another one another.
  expect(await place()).toStrictEqual(placed);
  await writeFile(join(built, 'icon.svg'), '<svg></svg>');
  expect((await place())[0]!.source.split('/')[0]).not.toBe(folder);
});

test('a page that is not built is not deployed', async () => {
  await writeFile(join(built, 'icon.svg'), '<svg/>');
  await expect(place()).rejects.toThrow('The page of the dashboard is not built. Run npm ci, and try again.');
});
