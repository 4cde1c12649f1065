import { ClassicLevel } from 'classic-level';
import { existsSync } from 'node:fs';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { personOfKey, PREFIXES } from '../../schemas/keys.ts';
import { readEvents } from '../step-functions/history.ts';
import { deleteExecution } from '../step-functions/retention.ts';
import { openSublevels, type Execution, type Sublevels } from '../step-functions/sublevels.ts';
import { openStore } from '../store.ts';
import { readForgotten, removeForgotten, removePictures } from './forgotten-file.ts';

const DATABASES = ['state', 'dynamodb'];
/** Step Functions keeps at most this many events. */
const MAX_EVENTS = 25_000;

/**
 * Removes the people in `forgotten.json` from what only a laptop keeps: executions with their histories, logs of
 * functions, recorded calls, and deleted entries, which LevelDB keeps on disk until it happens to compact them. Called
 * while nobody has the folder open. Interrupted, the next start begins again.
 */
export async function scrubForgotten(dataDir: string): Promise<void> {
  const ids = new Set(await readForgotten(dataDir));
  if (ids.size === 0) return;
  for (const name of DATABASES) await finishReplacing(join(dataDir, name));
  await deleteExecutions(join(dataDir, 'state'), ids);
  for (const name of DATABASES) await rewrite(join(dataDir, name));
  await filterLines(join(dataDir, 'logs'), ids);
  await removeFiles(join(dataDir, 'calls'), ids);
  // Again: a copy may have been under way when the person was forgotten.
  await removePictures(dataDir);
  await removeForgotten(dataDir);
}

async function deleteExecutions(folder: string, ids: ReadonlySet<string>): Promise<void> {
  const store = await openStore(folder);
  try {
    const sublevels = openSublevels(store);
    for await (const [key, execution] of sublevels.executions.iterator()) {
      // One that runs goes on, and ends without the person: its tasks see the tombstone.
      if (execution.status === 'RUNNING' || !(await isAbout(sublevels, key, execution, ids))) continue;
      await deleteExecution(sublevels, key, execution);
    }
  } finally {
    await store.close();
  }
}

async function isAbout(sublevels: Sublevels, key: string, execution: Execution, ids: ReadonlySet<string>) {
  const events = await readEvents(sublevels, key, { reverse: false, limit: MAX_EVENTS });
  return names(JSON.stringify([execution, events]), ids);
}

/** Whether a JSON text has one of the ids, or a key under which one of these people was to be enrolled. */
function names(text: string, ids: ReadonlySet<string>): boolean {
  for (const id of ids) if (text.includes(id)) return true;
  // Within JSON in JSON, the quotation mark that ends the key has backslashes before it.
  const keys = text.match(ENROLLED_KEY) ?? [];
  return keys.some((key) => ids.has(personOfKey(key.replaceAll('\\', ''))?.person_id ?? ''));
}

const ENROLLED_KEY = new RegExp(`${PREFIXES.enroll}[^"]+`, 'g');

/** Copies what a database holds into a new one: deleted and replaced entries stay behind. */
async function rewrite(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  const encodings = { keyEncoding: 'buffer', valueEncoding: 'buffer' } as const;
  const [old, copy] = [folder, `${folder}.new`].map((path) => new ClassicLevel<Buffer, Buffer>(path, encodings));
  await Promise.all([old!.open(), copy!.open()]);
  try {
    let batch = copy!.batch();
    for await (const [key, value] of old!.iterator()) {
      batch.put(key, value);
      if (batch.length < 1000) continue;
      await batch.write();
      batch = copy!.batch();
    }
    await batch.write({ sync: true });
  } finally {
    await Promise.all([old!.close(), copy!.close()]);
  }
  await rename(folder, `${folder}.old`);
  await finishReplacing(folder);
}

/** A copy is complete once the old folder has been renamed. Before that it is begun anew. */
async function finishReplacing(folder: string): Promise<void> {
  if (existsSync(`${folder}.old`) && !existsSync(folder)) await rename(`${folder}.new`, folder);
  await rm(`${folder}.new`, { recursive: true, force: true });
  await rm(`${folder}.old`, { recursive: true, force: true });
}

/** Each line of a log is about one invocation. */
async function filterLines(folder: string, ids: ReadonlySet<string>): Promise<void> {
  for (const file of await filesIn(folder)) {
    const lines = (await readFile(file, 'utf8')).split('\n');
    const kept = lines.filter((line) => !names(line, ids));
    if (kept.length < lines.length) await writeFile(file, kept.join('\n'), { mode: 0o600 });
  }
}

/** Each file of recorded calls is about one execution. */
async function removeFiles(folder: string, ids: ReadonlySet<string>): Promise<void> {
  for (const file of await filesIn(folder)) if (names(await readFile(file, 'utf8'), ids)) await rm(file);
}

const filesIn = async (folder: string) => (await readdir(folder).catch(() => [])).map((name) => join(folder, name));
