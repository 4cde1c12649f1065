import { zipSync, type Zippable } from 'fflate';
import { writeFile } from 'node:fs/promises';
import type { Config } from '../../schemas/config.ts';
import type { Bundle } from './bundle.ts';
import { placeOnce } from './place.ts';
import { sharpFiles } from './sharp.ts';

/** Zip times have no time zone and begin in 1980. */
const MTIME = '1980-01-01T00:00:00';

/** The deployment package: the bundle and, if needed, sharp for the architecture. */
export async function placeZip(
  root: string,
  path: string,
  bundle: Bundle,
  architecture: Config['architecture'],
): Promise<void> {
  await placeOnce(path, async (temporary) => {
    const files = bundle.needsSharp ? { ...bundle.files, ...(await sharpFiles(root, architecture)) } : bundle.files;
    await writeFile(temporary, zip(files));
  });
}

/** Reproducible: sorted, with a fixed time, and readable by all, as Lambda requires. */
export function zip(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const entries: Zippable = {};
  for (const name of Object.keys(files).sort()) {
    const content = files[name];
    if (content) entries[name] = [content, { mtime: MTIME, os: 3, attrs: 0o644 << 16 }];
  }
  return zipSync(entries);
}
