import { chmod, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { explainStart, openDataFolder, writePrivately } from '../../local/data-folder.ts';

let folder: string;
const at = (name: string) => join(folder, name);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-folder-'));
});
afterEach(() => rm(folder, { recursive: true }));

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

test('a new data folder says its format, and only its user can read it', async () => {
  await openDataFolder(at('new/data'));
  expect(JSON.parse(await readFile(at('new/data/format.json'), 'utf8'))).toStrictEqual({ format: 1 });
  expect([await modeOf(at('new/data')), await modeOf(at('new/data/format.json'))]).toStrictEqual(['700', '600']);
});

test('what an older version left readable is mended, and links are not followed', async () => {
  await writeFile(at('outside'), '');
  await mkdir(at('data/state/deep'), { recursive: true });
  await writeFile(at('data/state/deep/000003.log'), '');
  await writeFile(at('data/notes'), '');
  await symlink(at('outside'), at('data/state/link'));
  for (const name of ['outside', 'data/state/deep/000003.log', 'data/notes']) await chmod(at(name), 0o644);
  for (const name of ['data', 'data/state', 'data/state/deep']) await chmod(at(name), 0o755);
  await openDataFolder(at('data'));
  const names = ['data', 'data/state', 'data/state/deep', 'data/state/deep/000003.log', 'outside', 'data/notes'];
  expect(await Promise.all(names.map((name) => modeOf(at(name))))).toStrictEqual([
    '700',
    '700',
    '700',
    '600',
    '644',
    '644',
  ]);
});

test('mending that was interrupted goes on at the next start', async () => {
  await mkdir(at('data/s3/0a'), { recursive: true });
  await mkdir(at('data/s3/0b'));
  for (const name of ['0a', '0b']) await writeFile(at(`data/s3/${name}/photo`), '');
  await mkdir(at('data/state'));
  const names = ['data', 'data/s3', 'data/s3/0a', 'data/s3/0a/photo', 'data/s3/0b', 'data/s3/0b/photo'];
  const modes = [0o700, 0o755, 0o700, 0o600, 0o755, 0o644];
  for (const [n, name] of names.entries()) await chmod(at(name), modes[n]!);
  await openDataFolder(at('data'));
  expect(await Promise.all(names.map((name) => modeOf(at(name))))).toStrictEqual([
    '700',
    '700',
    '700',
    '600',
    '700',
    '600',
  ]);
});

test('every damaged database is found before any is opened, and the first is named', async () => {
  for (const name of ['state', 'dynamodb']) {
    await mkdir(at(name));
    await writeFile(at(`${name}/CURRENT`), 'nothing');
  }
  await expect(openDataFolder(folder)).rejects.toThrow(`${at('state/CURRENT')} is damaged: it names no MANIFEST.`);
});

test('a folder of something else is refused and left alone', async () => {
  await mkdir(at('home'));
  await chmod(at('home'), 0o755);
  await writeFile(at('home/thesis.txt'), '');
  await expect(openDataFolder(at('home'))).rejects.toStrictEqual(
    new Error(`${at('home')} holds other files, and is no data folder. Choose an empty one with --data.`),
  );
  expect(await modeOf(at('home'))).toBe('755');
});

test.each([
  [{ format: 2 }, 'a newer Rollcall wrote this data folder, in format 2; this one reads formats up to 1.'],
  [{}, 'is damaged. It only says which format the data folder has; nothing else was touched.'],
])('a folder with %j in its format.json is refused by name', async (format, says) => {
  await writePrivately(at('format.json'), format);
  const refusal = await openDataFolder(folder).catch(String);
  expect(refusal).toContain(at('format.json'));
  expect(refusal).toContain(says);
});

test('a start that cannot write says where, why and what to do', () => {
  const cause = new Error('IO error: state/000003.log: No space left on device');
  expect(explainStart(new Error('Database failed to open', { cause }), '.rollcall')).toStrictEqual(
    new Error(
      '.rollcall cannot be written: IO error: state/000003.log: No space left on device. What is in it is kept. Make ' +
        'room or make it writable, or choose another folder with --data.',
      { cause: new Error('Database failed to open') },
    ),
  );
});
