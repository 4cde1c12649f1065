import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, resolve, sep } from 'node:path';
import { messageOf, UsageError } from '../../client/failure.ts';
import { printable } from '../../client/text.ts';

export interface LocalFile {
  readonly path: string;
  /** The end of its key: the path relative to the named folder, with slashes, byte for byte as on the disk. */
  readonly name: string;
}

/**
 * Lists every file under the paths, whatever its name: what is no picture ends as REJECTED, with a reason. Skips hidden
 * files and folders, and everything within `except`. Notes what else it passes over.
 */
export async function filesUnder(
  paths: readonly string[],
  note: (text: string) => void,
  except?: string,
): Promise<LocalFile[]> {
  const excluded = except === undefined ? undefined : resolve(except) + sep;
  const found = new Map<string, string>();
  for (const path of paths) {
    for (const file of await listFiles(path, note)) {
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

async function listFiles(path: string, note: (text: string) => void): Promise<LocalFile[]> {
  const facts = await stat(path).catch((error: unknown) => {
    throw new UsageError(`${printable(path)} cannot be read: ${messageOf(error)}`, { cause: error });
  });
  if (facts.isDirectory()) return listFolder(path, '', note);
  if (facts.isFile()) return [{ path, name: basename(resolve(path)) }];
  throw new UsageError(`${printable(path)} is neither a file nor a folder.`);
}

async function listFolder(folder: string, prefix: string, note: (text: string) => void): Promise<LocalFile[]> {
  const found: LocalFile[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (isHidden(entry.name)) continue;
    const [path, name] = [join(folder, entry.name), prefix + entry.name];
    const kind = entry.isSymbolicLink() || isGarbled(entry.name) ? await kindOf(path) : entry;
    if (kind === undefined) note(`${printable(path)} is passed over: ${whyUnreadable(entry.name)}`);
    else if (kind.isFile()) found.push({ path, name });
    else if (kind.isDirectory() && entry.isSymbolicLink()) note(`${printable(path)} is passed over: ${LINK_TO_FOLDER}`);
    else if (kind.isDirectory()) found.push(...(await listFolder(path, `${name}/`, note)));
  }
  return found;
}

const LINK_TO_FOLDER = 'it is a link to a folder. Name it on the command line to include what is in it.';

/** Node puts U+FFFD for bytes that are not UTF-8, and no file has the resulting name. */
const isGarbled = (name: string) => name.includes('\uFFFD');

const kindOf = (path: string) => stat(path).catch(() => undefined);

const whyUnreadable = (name: string) =>
  isGarbled(name) ? 'its name is not UTF-8. Rename it.' : 'it is a link to nothing that can be read.';

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
