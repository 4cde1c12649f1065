import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, extname, join, relative, sep } from 'node:path';
import { PAGE_TYPES } from '../../schemas/dashboard.ts';
import { placeOnce } from './place.ts';

/** A file of the built page, as it is served. */
export interface PageFile {
  /** `assets/index-0a1b2c3d.js`. */
  readonly key: string;
  /** Path relative to the stack's folder. */
  readonly source: string;
  readonly type: string;
  readonly cacheControl: string;
}

/** What Terraform writes. */
const CONFIG = 'config.json';

/** Copies the built page into the stack's folder. */
export async function placePage(stackFolder: string, built: string): Promise<PageFile[]> {
  const entries = await readdir(built, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(built, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
    .filter((path) => path !== CONFIG)
    .toSorted();
  if (!paths.includes('index.html'))
    throw new Error(`The page of the dashboard is not built. Run npm ci, and try again.`);
  const hash = createHash('sha256');
  for (const path of paths) hash.update(`\0${path}\0`).update(await readFile(join(built, path)));
  const folder = `page-${hash.digest('hex').slice(0, 16)}`;
  await placeOnce(join(stackFolder, folder), async (temporary) => {
    for (const path of paths) {
      await mkdir(dirname(join(temporary, path)), { recursive: true });
      await copyFile(join(built, path), join(temporary, path));
    }
  });
  return paths.map((key) => ({
    key,
    source: `${folder}/${key}`,
    type: PAGE_TYPES[extname(key)] ?? 'application/octet-stream',
    // Vite names what is in assets/ after its content.
    cacheControl: key.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
  }));
}
