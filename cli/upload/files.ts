import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { messageOf, UsageError } from '../failure.ts';
import { printable } from '../terminal.ts';

export interface LocalFile {
  readonly path: string;
  /** The end of its key: the path relative to the named folder, with slashes, byte for byte as on the disk. */
  readonly name: string;
}

/**
 * Lists every file under the paths, whatever its name: what is no picture ends as REJECTED, with a reason. Skips hidden
 * files and folders, and everything within `except`.
 */
export async function filesUnder(paths: readonly string[], except?: string): Promise<LocalFile[]> {
  const excluded = except === undefined ? undefined : resolve(except) + sep;
  const found = new Map<string, string>();
  for (const path of paths) {
    for (const file of await listFiles(path)) {
      const full = resolve(file.path);
      if (excluded !== undefined && full.startsWith(excluded)) continue;
      const other = found.get(file.name);
      if (other !== undefined && other !== full) throw new UsageError(clash(file.name, other, full));
      found.set(file.name, full);
    }
  }
  return [...found].map(([name, path]) => ({ name, path })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

const clash = (name: string, one: string, other: string) =>
  `${one} and ${other} would both be stored as ${printable(name)}. Name the folder that holds both.`;

async function listFiles(path: string): Promise<LocalFile[]> {
  const facts = await stat(path).catch((error: unknown) => {
    throw new UsageError(`${path} cannot be read: ${messageOf(error)}`, { cause: error });
  });
  if (!facts.isDirectory()) return [{ path, name: basename(resolve(path)) }];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ path: file, name: relative(path, file).split(sep).join('/') }))
    .filter(({ name }) => !isHidden(name));
}

export const isHidden = (name: string) => name.split('/').some((part) => part.startsWith('.'));

export interface Content {
  readonly bytes: Buffer;
  readonly sha256: string;
  /** The ETag of an object that was uploaded in one part and is not encrypted with a KMS key. */
  readonly md5: string;
}

export async function readContent(path: string): Promise<Content> {
  return describeBytes(await readFile(path));
}

export function describeBytes(bytes: Buffer): Content {
  const digest = (algorithm: string) => createHash(algorithm).update(bytes).digest('hex');
  return { bytes, sha256: digest('sha256'), md5: digest('md5') };
}
