import { unzipSync } from 'fflate';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bundleTasks } from '../../stacks/bundles/bundle.ts';
import { placeZip } from '../../stacks/bundles/zip.ts';

const project = join(import.meta.dirname, '../..');
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-zip-'));
});
afterEach(() => rm(folder, { recursive: true }));

const [architecture, cpu] = process.arch === 'arm64' ? (['arm64', 'arm64'] as const) : (['x86_64', 'x64'] as const);

// Elsewhere the native part would have to be fetched.
test.runIf(process.platform === 'linux')('a zip holds all that its task needs, and no sources', async () => {
  const bundle = (await bundleTasks(project))['detect-faces'];
  await placeZip(project, join(folder, 'detect-faces.zip'), bundle, architecture);
  const files = unzipSync(await readFile(join(folder, 'detect-faces.zip')));

  const packages = Object.keys(files).flatMap((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []);
  expect([...new Set(packages)].toSorted()).toStrictEqual([
    '@img/colour',
    `@img/sharp-libvips-linux-${cpu}`,
    `@img/sharp-linux-${cpu}`,
    'detect-libc',
    'semver',
    'sharp',
  ]);
  expect(
    Object.keys(files).filter((path) => /\.(?:ts|cc|h|md)$|\/src\//.test(path) && !/LICENSE/.test(path)),
  ).toStrictEqual([]);

  const task = join(folder, 'task');
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(task, path)), { recursive: true });
    await writeFile(join(task, path), content);
  }
  const load = `console.log(typeof (await import(${JSON.stringify(join(task, 'index.mjs'))})).handler)`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', load], { cwd: task });
  expect(stdout).toBe('function\n');
});
