import { cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkLevelDb } from '../../../local/leveldb/check.ts';
import { openStore } from '../../../local/store.ts';

let root: string;
let sound: string;
let copies = 0;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'rollcall-leveldb-'));
  sound = join(root, 'sound');
  // Compressed tables of several blocks, and a log of several blocks with a record across them.
  const store = await openStore(sound);
  for (let n = 0; n < 3000; n += 1) await store.put(`key ${n}`, `${'again '.repeat(50)}${n * n}`);
  await store.compactRange('a', 'z');
  await store.put(
    'large',
    Array.from({ length: 20_000 }, (_, n) => n),
  );
  await store.close();
});
afterAll(() => rm(root, { recursive: true }));

async function copyOf(): Promise<string> {
  const copy = join(root, String((copies += 1)));
  await cp(sound, copy, { recursive: true });
  return copy;
}

async function fileOf(folder: string, kind: RegExp): Promise<string> {
  const sizes = await Promise.all(
    (await readdir(folder))
      .filter((name) => kind.test(name))
      .map(async (name) => [name, await readFile(join(folder, name))] as const),
  );
  return sizes.toSorted(([, a], [, b]) => b.length - a.length)[0]![0];
}

test('a folder that LevelDB wrote is sound, and so are an empty and a missing one', async () => {
  for (const folder of [sound, root, join(root, 'missing')]) {
    await expect(checkLevelDb(folder)).resolves.toBeUndefined();
  }
});

const KINDS = [/\.ldb$/, /\.log$/, /^MANIFEST/, /^CURRENT$/];

test.each(KINDS)('one changed byte in the middle of %s is found', async (kind) => {
  const folder = await copyOf();
  const name = await fileOf(folder, kind);
  const bytes = await readFile(join(folder, name));
  bytes[bytes.length >>> 1]! ^= 1;
  await writeFile(join(folder, name), bytes);
  await expect(checkLevelDb(folder)).rejects.toThrow(`${join(folder, name)} is damaged: `);
});

test.each([/\.ldb$/, /^MANIFEST/, /^CURRENT$/])('%s cut off or missing is found', async (kind) => {
  const folder = await copyOf();
  const name = await fileOf(folder, kind);
  await truncate(join(folder, name), 7);
  await expect(checkLevelDb(folder)).rejects.toThrow(`${join(folder, name)} is damaged: `);
  await rm(join(folder, name));
  await expect(checkLevelDb(folder)).rejects.toThrow(`${join(folder, name)} is damaged: `);
});

test('a log that ends within a record, as after kill -9, is sound: that record was never acknowledged', async () => {
  const folder = await copyOf();
  const name = await fileOf(folder, /\.log$/);
  const { length } = await readFile(join(folder, name));
  await truncate(join(folder, name), length - 3);
  await checkLevelDb(folder);
  const store = await openStore(folder);
  expect([await store.get('key 2999'), await store.get('large')]).toStrictEqual([
    `${'again '.repeat(50)}${2999 * 2999}`,
    undefined,
  ]);
  await store.close();
});

test('a table that was being written when the process was killed belongs to nothing, and is sound', async () => {
  const folder = await copyOf();
  await writeFile(join(folder, '000999.ldb'), 'half a tab');
  await expect(checkLevelDb(folder)).resolves.toBeUndefined();
});

test('a database whose first opening was killed has nothing in it, and is sound', async () => {
  const folder = await copyOf();
  for (const name of await readdir(folder)) if (/\.(ldb|log)$/.test(name)) await rm(join(folder, name));
  await writeFile(join(folder, await fileOf(folder, /^MANIFEST/)), '');
  await writeFile(join(folder, '000003.log'), '');
  await expect(checkLevelDb(folder)).resolves.toBeUndefined();
});
