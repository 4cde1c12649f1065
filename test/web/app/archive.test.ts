import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { merge } from '../../../web/app/api/archive.ts';

const archiveOf = (...names: string[]) =>
  zipSync(Object.fromEntries(names.map((name) => [name, strToU8(`${name} in full`)])));

async function* each(archives: readonly Uint8Array[]) {
  yield* archives;
}

/** The files of each archive that comes out, and how many it says there are. */
async function merged(archives: readonly Uint8Array[], mostFiles: number) {
  const found: [number, Record<string, string>][] = [];
  for await (const { blob, files } of merge(each(archives), mostFiles)) {
    const unzipped = Object.entries(unzipSync(new Uint8Array(await blob.arrayBuffer())));
    found.push([files, Object.fromEntries(unzipped.map(([name, bytes]) => [name, strFromU8(bytes)]))]);
  }
  return found;
}

const A = archiveOf('a.jpg.xmp', '2026/b.jpg.xmp');
const B = archiveOf('ç.jpg.xmp');

test('archives become one, with every file as it was', async () => {
  expect(await merged([A, archiveOf(), B], 3)).toStrictEqual([
    [
      3,
      {
        'a.jpg.xmp': 'a.jpg.xmp in full',
        '2026/b.jpg.xmp': '2026/b.jpg.xmp in full',
        'ç.jpg.xmp': 'ç.jpg.xmp in full',
      },
    ],
  ]);
});

test('one that would have too many files is followed by another one', async () => {
  expect(await merged([A, B], 2)).toStrictEqual([
    [2, { 'a.jpg.xmp': 'a.jpg.xmp in full', '2026/b.jpg.xmp': '2026/b.jpg.xmp in full' }],
    [1, { 'ç.jpg.xmp': 'ç.jpg.xmp in full' }],
  ]);
});

test('a file that several archives have is there once', async () => {
  expect(await merged([A, A, B], 9)).toStrictEqual([
    [3, expect.objectContaining({ 'a.jpg.xmp': 'a.jpg.xmp in full' })],
  ]);
});

test('of nothing, there is no archive', async () => {
  expect(await merged([archiveOf()], 2)).toStrictEqual([]);
});
