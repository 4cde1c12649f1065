import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readManifest } from './manifest.ts';
import { readRecords } from './records.ts';
import { checkTable } from './table.ts';

/**
 * Compares every file of a LevelDB folder with its checksums. LevelDB itself skips damaged records of its log without a
 * word, and classic-level does not let it verify the blocks that it reads: both would lose or change data silently.
 */
export async function checkLevelDb(folder: string): Promise<void> {
  try {
    await check(folder);
  } catch {
    // If another process has the folder open, a file may have gone since its name was read.
    await sleep(100);
    await check(folder);
  }
}

async function check(folder: string): Promise<void> {
  const files = new Set(await readdir(folder).catch(() => []));
  if (!files.has('CURRENT')) {
    if ([...files].some((name) => name.endsWith('.ldb'))) throw damaged(join(folder, 'CURRENT'), 'it is missing');
    return;
  }
  const current = await readFile(join(folder, 'CURRENT'), 'latin1');
  const manifest = /^(MANIFEST-\d+)\n$/.exec(current)?.[1];
  if (manifest === undefined) throw damaged(join(folder, 'CURRENT'), 'it names no MANIFEST');
  const { tables, firstLog } = await checked(folder, manifest, readManifest);
  for (const [number, bytes] of tables) {
    await checked(folder, `${String(number).padStart(6, '0')}.ldb`, (file) => {
      if (file.length !== bytes) throw new Error(`it has ${file.length} bytes and should have ${bytes}`);
      checkTable(file);
    });
  }
  // LevelDB deletes a log only once the MANIFEST names a newer one. One that names none has nothing in it yet.
  const unopened = firstLog === 0 && !(await hasData(folder, files));
  if (!unopened && !files.has(`${String(firstLog).padStart(6, '0')}.log`)) {
    throw damaged(join(folder, manifest), `it, or log ${firstLog}, is cut off or missing`);
  }
  for (const name of files) {
    if (name.endsWith('.log') && Number.parseInt(name, 10) >= firstLog) await checked(folder, name, readRecords);
  }
}

async function hasData(folder: string, files: Iterable<string>): Promise<boolean> {
  for (const name of files) {
    if (/\.(ldb|log)$/.test(name) && (await stat(join(folder, name))).size > 0) return true;
  }
  return false;
}

async function checked<T>(folder: string, name: string, read: (file: Buffer) => T): Promise<T> {
  const path = join(folder, name);
  try {
    return read(await readFile(path));
  } catch (error) {
    throw damaged(path, error instanceof Error ? error.message : String(error));
  }
}

const damaged = (path: string, reason: string) =>
  new Error(
    `${path} is damaged: ${reason}. Nothing was changed, and every other file is as it was. Restore the whole data ` +
      'folder from a backup; or move it away and start with an empty one: your own photo files are untouched, and ' +
      'recognize and enroll read them again.',
  );
