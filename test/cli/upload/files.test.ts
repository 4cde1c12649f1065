import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UsageError } from '../../../cli/failure.ts';
import { readContent, filesUnder } from '../../../cli/upload/files.ts';

let folder: string;
const at = (name: string) => join(folder, name);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-files-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function having(...names: string[]): Promise<void> {
  for (const name of names) {
    await mkdir(dirname(at(name)), { recursive: true });
    await writeFile(at(name), name);
  }
}

test('a folder gives every file in it but hidden ones, under its relative path, whatever it is called', async () => {
  const names = ['2026/a b+c%20#?.jpg', 'no extension', 'zo\u0065\u0308.jpg'];
  await having(...names, '.DS_Store', '.cache/a.jpg', 'deep/.hidden/b.jpg');
  expect(await filesUnder([folder])).toStrictEqual(names.map((name) => ({ name, path: at(name) })));
});

test('a photo that is named by itself has no folder in its name', async () => {
  await having('deep/er/a.jpg');
  expect(await filesUnder([at('deep/er/a.jpg')])).toStrictEqual([{ name: 'a.jpg', path: at('deep/er/a.jpg') }]);
});

test('a photo that is named twice counts once', async () => {
  await having('a.jpg');
  expect(await filesUnder([folder, at('a.jpg')])).toStrictEqual([{ name: 'a.jpg', path: at('a.jpg') }]);
});

test('the folder of people is left out, and one that is merely called alike is not', async () => {
  await having('a.jpg', 'people/Kim/1.jpg', 'people-at-work/b.jpg');
  expect(await filesUnder([folder], at('people'))).toStrictEqual([
    { name: 'a.jpg', path: at('a.jpg') },
    { name: 'people-at-work/b.jpg', path: at('people-at-work/b.jpg') },
  ]);
});

test('two photos that would share a key are wrong usage', async () => {
  await having('x/a.jpg', 'y/a.jpg');
  await expect(filesUnder([at('x'), at('y')])).rejects.toStrictEqual(
    new UsageError(
      `${at('x/a.jpg')} and ${at('y/a.jpg')} would both be stored as a.jpg. Name the folder that holds both.`,
    ),
  );
});

test('the content of a file goes with the hashes that tell it from another', async () => {
  await writeFile(at('abc'), 'abc');
  expect(await readContent(at('abc'))).toStrictEqual({
    bytes: Buffer.from('abc'),
    sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    md5: '900150983cd24fb0d6963f7d28e17f72',
  });
});
