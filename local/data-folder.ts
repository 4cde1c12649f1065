import { chmodSync, lstatSync, readdirSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { checkLevelDb } from './leveldb/check.ts';

/** The layout of a data folder. Whoever changes it so that an older Rollcall would misread it counts it up. */
const FORMAT = 1;
const FORMAT_FILE = 'format.json';
/** A data folder has at least one of these. The draft of format.json is all that is in one whose first start was killed. */
const MARKS = [FORMAT_FILE, `${FORMAT_FILE}.new`, 'state', 'calls', 'rekognition'];
const DATABASES = ['state', 'dynamodb'];
const OWN = [...MARKS, 's3', 'dynamodb', 'logs', 'account.json', 'rekognition.json', 'forgotten.json', 'pictures'];

/** Makes a data folder that only this user can read, or mends one, and refuses one that it cannot read rightly. */
export async function openDataFolder(folder: string): Promise<void> {
  // Also for the files that LevelDB and the synthesis create.
  if (isMainThread) process.umask(0o077);
  await mkdir(folder, { recursive: true });
  const entries = await readdir(folder);
  if (entries.length > 0 && !entries.some((name) => MARKS.includes(name))) {
    throw new Error(`${folder} holds other files, and is no data folder. Choose an empty one with --data.`);
  }
  if (entries.includes(FORMAT_FILE)) await checkFormat(join(folder, FORMAT_FILE));
  else await writePrivately(join(folder, FORMAT_FILE), { format: FORMAT });
  await chmod(folder, 0o700);
  for (const name of entries) if (OWN.includes(name)) closeToOthers(join(folder, name));
  // All of them before any is opened, because opening changes files. One is read while another is checked.
  const checks = await Promise.allSettled(DATABASES.map((name) => checkLevelDb(join(folder, name))));
  for (const check of checks) if (check.status === 'rejected') throw check.reason;
}

async function checkFormat(file: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  const format = /^\s*\{\s*"format"\s*:\s*(\d+)\s*\}\s*$/.exec(text)?.[1];
  if (format === undefined) {
    throw new Error(
      `${file} is damaged. It only says which format the data folder has; nothing else was touched. If no newer ` +
        'Rollcall has used the folder, delete this file, and start again.',
    );
  }
  if (Number(format) > FORMAT) {
    throw new Error(
      `${file}: a newer Rollcall wrote this data folder, in format ${format}; this one reads formats up to ${FORMAT}. ` +
        'Nothing was changed. Update Rollcall, or choose another folder with --data.',
    );
  }
}

/**
 * Versions before 0.1.0 left everything readable by all users. Links are not followed. A folder is closed after what is
 * in it: one that is closed already needs no look inside, which would take seconds, because 5,000 photos have 40,000
 * files. For the same reason it is synchronous.
 */
function closeToOthers(path: string): void {
  const facts = lstatSync(path);
  if (facts.isSymbolicLink() || (facts.mode & 0o077) === 0) return;
  if (facts.isDirectory()) for (const name of readdirSync(path)) closeToOthers(join(path, name));
  chmodSync(path, facts.isDirectory() ? 0o700 : 0o600);
}

/** Writes a JSON file that only this user may read, and that nobody ever finds half written. */
export async function writePrivately(file: string, content: unknown): Promise<void> {
  const draft = `${file}.new`;
  await rm(draft, { force: true });
  await writeFile(draft, JSON.stringify(content, null, 2), { mode: 0o600 });
  await rename(draft, file);
}

const UNWRITABLE = /ENOSPC|EDQUOT|EROFS|EACCES|EPERM|No space left|Read-only file system|Permission denied|quota/i;

/** Says what to do about a start that failed because nothing can be written. */
export function explainStart(error: unknown, folder: string): unknown {
  const reasons: string[] = [];
  for (let cause = error; cause instanceof Error; cause = cause.cause) reasons.push(cause.message);
  const reason = reasons.find((one) => UNWRITABLE.test(one));
  if (reason === undefined) return error;
  return new Error(
    `${folder} cannot be written: ${reason.split('\n')[0]}. What is in it is kept. Make room or make it writable, or ` +
      'choose another folder with --data.',
    { cause: error },
  );
}
