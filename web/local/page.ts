import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { PAGE_TYPES } from '../../schemas/dashboard.ts';

export interface PageFile {
  readonly content: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** A file of the built page. Every path that is no file is a place in the page. Undefined if the page is not built. */
export async function pageFile(folder: string, path: string): Promise<PageFile | undefined> {
  const file = await readBelow(folder, path);
  if (file) return fileOf(path, file);
  // A missing script or style must not be answered with a page. Elsewhere, photos have names that end as files do.
  if (path.startsWith('/assets/')) return undefined;
  const index = await readBelow(folder, '/index.html');
  return index && fileOf('/index.html', index);
}

async function readBelow(folder: string, path: string): Promise<Buffer | undefined> {
  const file = normalize(join(folder, path));
  if (!file.startsWith(folder + sep) || !(extname(file) in PAGE_TYPES)) return undefined;
  return readFile(file).catch(() => undefined);
}

const fileOf = (path: string, content: Buffer): PageFile => ({
  content,
  headers: {
    'content-type': PAGE_TYPES[extname(path)]!,
    // Vite names what is in assets/ after its content.
    'cache-control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
  },
});
