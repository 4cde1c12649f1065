import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { SourceMap } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TASK_NAMES, type TaskName } from '../../schemas/tasks.ts';
import { bundleTasks, type Bundle } from '../../stacks/bundles/bundle.ts';
import { codePath } from '../../stacks/bundles/place.ts';
import { zip } from '../../stacks/bundles/zip.ts';

const project = join(import.meta.dirname, '../..');
const folders: string[] = [];
let bundles: Readonly<Record<TaskName, Bundle>>;

beforeAll(async () => {
  bundles = await bundleTasks(project);
});
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

/** The same project in another place. */
async function aCopy(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-bundles-'));
  folders.push(folder);
  for (const name of ['tasks', 'schemas', 'package.json', 'tsconfig.json']) {
    await cp(join(project, name), join(folder, name), { recursive: true });
  }
  await symlink(join(project, 'node_modules'), join(folder, 'node_modules'), 'junction');
  return folder;
}

const paths = (of: typeof bundles) => TASK_NAMES.map((name) => codePath(name, of[name], ''));

test('the same code gives the same bytes, wherever it lies', async () => {
  const elsewhere = await bundleTasks(await aCopy());
  for (const name of TASK_NAMES) {
    expect(elsewhere[name].needsSharp).toBe(bundles[name].needsSharp);
    for (const file of ['index.mjs', 'index.mjs.map']) {
      expect(text(elsewhere[name], file) === text(bundles[name], file), `${file} of ${name}`).toBe(true);
    }
    expect(Buffer.compare(zip(elsewhere[name].files), zip(bundles[name].files))).toBe(0);
  }
  expect(paths(elsewhere)).toStrictEqual(paths(bundles));
});

test('a change in one task changes that task and no other', async () => {
  const folder = await aCopy();
  await writeFile(join(folder, 'tasks/persist-face.ts'), 'export const handler = async () => "changed";\n');
  const changed = paths(await bundleTasks(folder));
  const before = paths(bundles);
  expect(
    changed.filter((path) => !before.includes(path)).map((path) => path.replace(/-[0-9a-f]{16}\.zip$/, '')),
  ).toStrictEqual(['functions/persist-face']);
});

test('the image library is asked for just where pixels are touched', () => {
  const needing = TASK_NAMES.filter((name) => bundles[name].needsSharp);
  expect(needing).toStrictEqual(['load-image', 'detect-faces', 'load-enrolment', 'check-enrolment', 'apply-decisions']);
});

test('a bundle without pixels is less than 400 KB as a zip', () => {
  const large = TASK_NAMES.filter((name) => !bundles[name].needsSharp && zip(bundles[name].files).length >= 400_000);
  expect(large).toStrictEqual([]);
});

test('no bundle tells where it was made', () => {
  for (const name of TASK_NAMES) {
    for (const file of ['index.mjs', 'index.mjs.map']) expect(text(bundles[name], file).includes(project)).toBe(false);
  }
});

test('a stack trace leads to the line of the task, and maps nothing of its dependencies', () => {
  const code = text(bundles['detect-faces'], 'index.mjs');
  const map = JSON.parse(text(bundles['detect-faces'], 'index.mjs.map')) as ConstructorParameters<typeof SourceMap>[0];
  expect(map.sources.filter((source) => !/^\.\.\/\.\.\/(?:tasks|schemas)\//.test(source))).toStrictEqual([]);

  const lines = code.split('\n');
  const line = lines.findIndex((one) => one.includes('"FacesDetected"'));
  const entry = new SourceMap(map).findEntry(line, lines[line]!.indexOf('"FacesDetected"'));
  expect(entry).toMatchObject({ originalSource: '../../tasks/detect-faces.ts' });
});

test('a zip is the same whenever and in whatever order it is made', () => {
  const [a, b] = [Buffer.from('a'), Buffer.from('b')];
  expect(Buffer.compare(zip({ 'a.mjs': a, 'b/c.mjs': b }), zip({ 'b/c.mjs': b, 'a.mjs': a }))).toBe(0);
});

const text = ({ files }: Bundle, name: string) => Buffer.from(files[name] ?? []).toString();
