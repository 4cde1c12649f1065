import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readContent, filesUnder } from '../../../cli/upload/files.ts';
import { UsageError } from '../../../client/failure.ts';

let folder: string;
const at = (name: string) => join(folder, name);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-files-'));
});
afterEach(() => rm(folder, { recursive: true }));

let notes: string[];
const list = (paths: readonly string[], except?: string) => {
  notes = [];
  return filesUnder(paths, (text) => notes.push(text), except);
};

async function having(...names: string[]): Promise<void> {
  for (const name of names) {
    await mkdir(dirname(at(name)), { recursive: true });
    await writeFile(at(name), name);
  }
}

test('a folder gives every file in it but hidden ones, under its relative path, whatever it is called', async () => {
  const names = ['2026/a b+c%20#?.jpg', 'no extension', 'zo\u0065\u0308.jpg'];
  await having(...names, '.DS_Store', '.cache/a.jpg', 'deep/.hidden/b.jpg');
  expect(await list([folder])).toStrictEqual(names.map((name) => ({ name, path: at(name) })));
});

test('a photo that is named by itself has no folder in its name', async () => {
  await having('deep/er/a.jpg');
  expect(await list([at('deep/er/a.jpg')])).toStrictEqual([{ name: 'a.jpg', path: at('deep/er/a.jpg') }]);
});

test('a photo that is named twice counts once', async () => {
  await having('a.jpg');
  expect(await list([folder, at('a.jpg')])).toStrictEqual([{ name: 'a.jpg', path: at('a.jpg') }]);
});

test('the folder of people is left out, and one that is merely called alike is not', async () => {
  await having('a.jpg', 'people/Kim/1.jpg', 'people-at-work/b.jpg');
  expect(await list([folder], at('people'))).toStrictEqual([
    { name: 'a.jpg', path: at('a.jpg') },
    { name: 'people-at-work/b.jpg', path: at('people-at-work/b.jpg') },
  ]);
});

test('two photos that would share a key are wrong usage', async () => {
  await having('x/a.jpg', 'y/a.jpg');
  await expect(list([at('x'), at('y')])).rejects.toStrictEqual(
    new UsageError(
      `${at('x/a.jpg')} and ${at('y/a.jpg')} would both be stored as a.jpg. Name the folder that holds both.`,
    ),
  );
});

test('links to files are read, links to folders and to nothing are passed over with a word', async () => {
  await having('a.jpg', 'folder/b.jpg');
  await symlink(at('a.jpg'), at('file link'));
  await symlink(at('folder'), at('folder link'));
  await symlink(at('.'), at('folder/up'));
  await symlink(at('nowhere'), at('\u001b[2Jbroken'));
  expect((await list([folder])).map(({ name }) => name)).toStrictEqual(['a.jpg', 'file link', 'folder/b.jpg']);
  expect(notes.sort()).toStrictEqual([
    `${at('\\u{1b}[2Jbroken')} is passed over: it is a link to nothing that can be read.`,
    `${at('folder link')} is passed over: it is a link to a folder. Name it on the command line to include what is in it.`,
    `${at('folder/up')} is passed over: it is a link to a folder. Name it on the command line to include what is in it.`,
  ]);
  expect((await list([at('folder link')])).map(({ name }) => name)).toStrictEqual(['b.jpg']);
});

test.skipIf(process.platform !== 'linux')('names that are not UTF-8 are passed over with a word', async () => {
  await having('a.jpg', '\uFFFD.jpg');
  const latin1 = (name: string) => Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name, 'latin1')]);
  await writeFile(latin1('zoë.jpg'), '');
  await mkdir(latin1('é'));
  expect((await list([folder])).map(({ name }) => name)).toStrictEqual(['a.jpg', '\uFFFD.jpg']);
  expect(notes.sort()).toStrictEqual([
    `${at('zo\uFFFD.jpg')} is passed over: its name is not UTF-8. Rename it.`,
    `${at('\uFFFD')} is passed over: its name is not UTF-8. Rename it.`,
  ]);
});

test.skipIf(process.platform === 'win32')(
  'a FIFO in a folder is passed over, and one that is named is wrong usage',
  async () => {
    await having('a.jpg');
    execFileSync('mkfifo', [at('fifo')]);
    await symlink(at('fifo'), at('link'));
    expect((await list([folder])).map(({ name }) => name)).toStrictEqual(['a.jpg']);
    await expect(list([at('fifo')])).rejects.toStrictEqual(
      new UsageError(`${at('fifo')} is neither a file nor a folder.`),
    );
  },
);

test('the content of a file goes with the hashes that tell it from another', async () => {
  await writeFile(at('abc'), 'abc');
  expect(await readContent(at('abc'))).toStrictEqual({
    bytes: Buffer.from('abc'),
    sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    md5: '900150983cd24fb0d6963f7d28e17f72',
  });
});
