import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { writePrivately } from '../data-folder.ts';

/** Whom the next start has to remove from what the account itself keeps. Absent if nobody. */
const FILE = 'forgotten.json';
const Forgotten = z.strictObject({ ids: z.array(z.string().regex(/^p_[0-9a-f]{24}$/)) });

export async function readForgotten(dataDir: string): Promise<string[]> {
  const text = await readFile(join(dataDir, FILE), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? [] : Forgotten.parse(JSON.parse(text)).ids;
}

/** Scaled copies of photos, which the dashboard makes again where it may. */
export const removePictures = (dataDir: string) => rm(join(dataDir, 'pictures'), { recursive: true, force: true });

/** The copies go at once, everything else when the account starts next: it has the other files open. */
export async function addForgotten(dataDir: string, ids: readonly string[]): Promise<void> {
  await removePictures(dataDir);
  const all = new Set([...(await readForgotten(dataDir)), ...ids]);
  await writePrivately(join(dataDir, FILE), { ids: [...all] });
}

export const removeForgotten = (dataDir: string) => rm(join(dataDir, FILE), { force: true });
