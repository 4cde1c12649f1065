import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { eachInIndex, readFaces, readPeople } from '../../client/deployment/queries.ts';
import type { Target } from '../../client/deployment/target.ts';
import { printable } from '../../client/text.ts';
import { sidecarOf, sidecarPathOf } from '../../client/xmp/of-photo.ts';
import { PhotoRecord } from '../../schemas/records.ts';
import { type Terminal } from '../terminal.ts';

interface Written {
  written: number;
  /** Sidecars that were there before. Other software may have more in them, so they are left alone. */
  kept: number;
}

/** Writes a sidecar for each photo with faces: `<folder>/<photo>.xmp`. */
export async function exportSidecars(target: Target, terminal: Terminal, folder: string): Promise<Written> {
  const people = await readPeople(target);
  const photos = eachInIndex(target, { table: 'results', index: 'by-status', value: 'COMPLETED', schema: PhotoRecord });
  const counts: Written = { written: 0, kept: 0 };
  for await (const photo of photos) {
    const path = sidecarPathOf(photo.image_id);
    if (path === undefined) {
      terminal.note(`${printable(photo.image_id)} gets no sidecar: its name is no safe path for a file.`);
      continue;
    }
    const text = sidecarOf(photo, await readFaces(target, photo), people);
    counts[(await writeNew(join(folder, path), text)) ? 'written' : 'kept'] += 1;
  }
  return counts;
}

async function writeNew(path: string, text: string): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  try {
    await writeFile(path, text, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
